import { lockoutOnNode } from "./nodes.ts";

lockoutOnNode("3.4.0");
