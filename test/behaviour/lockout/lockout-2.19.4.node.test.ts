import { lockoutOnNode } from "./nodes.ts";

lockoutOnNode("2.19.4");
