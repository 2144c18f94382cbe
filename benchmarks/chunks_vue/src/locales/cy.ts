import type { Messages } from "./en";

const cy: Messages = {
  brand: { name: "Relay", tagline: "Gweithrediadau" },
  nav: {
    overview: "Trosolwg",
    parcels: "Parseli",
    scans: "Log sganio",
    depots: "Depos",
    map: "Map byw",
    network: "Rhwydwaith",
    rounds: "Teithiau",
    fleet: "Fflyd",
    yard: "Cynllun yr iard",
    tariffs: "Tariffau",
    performance: "Perfformiad",
    handbook: "Llawlyfr",
    settings: "Gosodiadau",
  },
  header: { shift: "Sifft dydd", watched: "{count} dan sylw", duty: "Ar ddyletswydd: {name}" },
  toasts: { dismiss: "Cau" },
  settings: { language: "Iaith", density: "Dwysedd", alerts: "Rhybuddion" },
};

export default cy;
