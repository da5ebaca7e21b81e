import { lockoutOnNode } from "./nodes.ts";

lockoutOnNode("2.11.1");
