import { interpolateRgb, scaleLinear, scaleOrdinal } from "d3";

export const fruitColours: Record<string, string> = {
  Apples: "#c8372d",
  Pears: "#b9c23b",
  Plums: "#6b3a78",
  Cherries: "#8f1d35",
  Quinces: "#e0b13f",
  Walnuts: "#7a5c3e",
};

export const fruitScale = scaleOrdinal<string, string>().domain(Object.keys(fruitColours)).range(Object.values(fruitColours));

export const ripeness = scaleLinear<string>().domain([0, 1]).range(["#7fa35a", "#c8372d"]).interpolate(interpolateRgb);
