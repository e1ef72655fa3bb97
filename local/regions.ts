/** Where detection also runs and playbooks also act, beside the home region of the layout. */
export const linkedRegions = ["us-east-1"];
