import * as pulumi from "@pulumi/pulumi";
import { program } from "./stacks";

export = (): Promise<Record<string, unknown>> => program(pulumi.getStack());
