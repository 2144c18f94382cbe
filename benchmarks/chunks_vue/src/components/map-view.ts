import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { defineComponent, h, onBeforeUnmount, onMounted, shallowRef } from "vue";
import type { Position } from "../helpers/geo";
import "./map-view.css";

interface MapViewProps {
  centre: Position;
  zoom: number;
  /** Draws on the map as soon as it is there. */
  draw: (map: L.Map) => void;
  label: string;
}

/** A map of vector layers alone: the ground is a plain colour. */
export const MapView = defineComponent(
  (props: MapViewProps) => {
    const holder = shallowRef<HTMLElement | null>(null);
    let map: L.Map | undefined;
    onMounted(() => {
      map = L.map(holder.value!, { attributionControl: false, minZoom: 6, maxZoom: 12, zoomSnap: 0.5 });
      map.setView([...props.centre], props.zoom);
      L.control.scale({ imperial: false }).addTo(map);
      props.draw(map);
    });
    onBeforeUnmount(() => map?.remove());
    return () => h("div", { ref: holder, class: "map-view", role: "application", "aria-label": props.label });
  },
  { name: "MapView", props: ["centre", "zoom", "draw", "label"] },
);
