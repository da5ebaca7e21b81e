import { roundTrip } from "./suite.ts";

roundTrip("2.11.1");
