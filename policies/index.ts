import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

/** The only place that makes the pack: making one starts a server. */
new PolicyPack("firebreak", { policies: rules, enforcementLevel: "mandatory" });
