import { roundTrip } from "./suite.ts";

roundTrip("3.4.0");
