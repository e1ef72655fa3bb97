import { resources as centralResources } from "./securityhub-central";
import { resources as hubResources } from "./securityhub-hub";

export const resources = [...hubResources, ...centralResources];
