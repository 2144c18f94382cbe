import { hierarchy, treemap } from "d3";
import { useMemo, useRef, useState } from "react";
import { Segmented, Tooltip } from "antd";
import { Ant } from "../components/ant";
import { Legend } from "../components/legend";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { fruits, growers } from "../data/growers";
import { amountOf, orders } from "../data/orders";
import { fruitScale, ripeness } from "../helpers/colours";
import { money } from "../helpers/money";
import { totals } from "../helpers/tables";
import { useSize } from "../hooks/use-size";
import styles from "./harvest.module.css";

interface Cell {
  readonly name: string;
  readonly value?: number;
  readonly children?: Cell[];
}

function tree(by: "fruit" | "region"): Cell {
  const regionOf = new Map(growers.map((grower) => [grower.id, grower.region]));
  const key = (order: (typeof orders)[number]) => (by === "fruit" ? order.fruit : (regionOf.get(order.grower) ?? ""));
  return {
    name: "all",
    children: totals(orders, key, amountOf).map((total) => ({
      name: total.key,
      children: totals(orders.filter((order) => key(order) === total.key), (order) => order.grower, amountOf).map(
        (grower) => ({ name: grower.key, value: grower.amount }),
      ),
    })),
  };
}

export function Component() {
  const holder = useRef<HTMLDivElement>(null);
  const { width } = useSize(holder);
  const [by, setBy] = useState<"fruit" | "region">("fruit");
  const leaves = useMemo(() => {
    const root = hierarchy(tree(by)).sum((cell) => cell.value ?? 0);
    return treemap<Cell>().size([width, 380]).padding(2)(root).leaves();
  }, [by, width]);
  const largest = Math.max(...leaves.map((leaf) => leaf.value ?? 0));
  return (
    <Ant>
      <Page title="Harvest" intro="What the orders of a quarter are worth.">
        <Segmented options={["fruit", "region"]} value={by} onChange={(value) => setBy(value as typeof by)} />
        {by === "fruit" && <Legend names={fruits} />}
        <Panel title="Each cell is a grower" wide>
          <div ref={holder} className={styles.map}>
            {leaves.map((leaf) => (
              <Tooltip key={`${leaf.parent?.data.name}-${leaf.data.name}`} title={money(leaf.value ?? 0)}>
                <span
                  className={styles.cell}
                  style={{
                    left: leaf.x0,
                    top: leaf.y0,
                    width: leaf.x1 - leaf.x0,
                    height: leaf.y1 - leaf.y0,
                    background:
                      by === "fruit" ? fruitScale(leaf.parent?.data.name ?? "") : ripeness((leaf.value ?? 0) / largest),
                  }}
                />
              </Tooltip>
            ))}
          </div>
        </Panel>
      </Page>
    </Ant>
  );
}
