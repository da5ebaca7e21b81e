import { roundTrip } from "./suite.ts";

roundTrip("2.19.4");
