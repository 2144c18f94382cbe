import {
  drag,
  forceCenter,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  select,
  type SimulationLinkDatum,
  type SimulationNodeDatum,
  zoom,
} from "d3";
import { useEffect, useRef } from "react";
import { Legend } from "../components/legend";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { fruits, growers, regions } from "../data/growers";
import { fruitScale } from "../helpers/colours";
import { useSize } from "../hooks/use-size";
import styles from "./network.module.css";

interface Node extends SimulationNodeDatum {
  readonly id: string;
  readonly kind: string;
  readonly size: number;
}

function graph(): { nodes: Node[]; links: SimulationLinkDatum<Node>[] } {
  const hubs = regions.map((id) => ({ id, kind: "region", size: 12 }));
  const farms = growers.map((grower) => ({ id: grower.id, kind: grower.fruit, size: 3 + grower.hectares / 30 }));
  const links = growers.map((grower) => ({ source: grower.id, target: grower.region }));
  return { nodes: [...hubs, ...farms], links };
}

export function Component() {
  const holder = useRef<HTMLDivElement>(null);
  const { width } = useSize(holder);
  useEffect(() => {
    const { nodes, links } = graph();
    const svg = select(holder.current).append("svg").attr("viewBox", `0 0 ${width} 420`);
    const layer = svg.append("g");
    const lines = layer.selectAll("line").data(links).join("line").attr("class", styles.link!);
    const dots = layer
      .selectAll<SVGCircleElement, Node>("circle")
      .data(nodes)
      .join("circle")
      .attr("r", (node) => node.size)
      .attr("fill", (node) => (node.kind === "region" ? "#2f3b2c" : fruitScale(node.kind)));
    const simulation = forceSimulation(nodes)
      .force("link", forceLink<Node, SimulationLinkDatum<Node>>(links).id((node) => node.id))
      .force("charge", forceManyBody().strength(-24))
      .force("collide", forceCollide<Node>((node) => node.size + 2))
      .force("center", forceCenter(width / 2, 210))
      .on("tick", () => {
        dots.attr("cx", (node) => node.x ?? 0).attr("cy", (node) => node.y ?? 0);
        lines
          .attr("x1", (link) => (link.source as Node).x ?? 0)
          .attr("y1", (link) => (link.source as Node).y ?? 0)
          .attr("x2", (link) => (link.target as Node).x ?? 0)
          .attr("y2", (link) => (link.target as Node).y ?? 0);
      });
    dots.call(
      drag<SVGCircleElement, Node>()
        .on("drag", (event, node) => {
          node.fx = event.x;
          node.fy = event.y;
          simulation.alpha(0.3).restart();
        })
        .on("end", (_, node) => {
          node.fx = node.fy = null;
        }),
    );
    svg.call(zoom<SVGSVGElement, unknown>().on("zoom", (event) => layer.attr("transform", event.transform)));
    return () => {
      simulation.stop();
      svg.remove();
    };
  }, [width]);
  return (
    <Page title="Network" intro="Which farm delivers to which region.">
      <Legend names={fruits} />
      <Panel title="Farms and regions" wide>
        <div ref={holder} className={styles.canvas} />
      </Panel>
    </Page>
  );
}
