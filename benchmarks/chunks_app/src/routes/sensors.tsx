import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { BufferGeometry, Float32BufferAttribute, Points, PointsMaterial, type Scene } from "three";
import { LineChart } from "../components/line-chart";
import { Metric } from "../components/metric";
import { Page } from "../components/page";
import { Panel, Panels } from "../components/panel";
import { Sparkline } from "../components/sparkline";
import { Stage } from "../components/stage";
import { type Reading, readings } from "../data/telemetry";
import { answer, queries } from "../helpers/api";
import { mean, quantile } from "../helpers/statistics";
import styles from "./sensors.module.css";

function cloud(rows: readonly Reading[]) {
  return (scene: Scene) => {
    const places = rows.flatMap((row) => [(row.hour / rows.length) * 16 - 8, row.soil * 6 - 3, row.air / 8 - 2]);
    const geometry = new BufferGeometry();
    geometry.setAttribute("position", new Float32BufferAttribute(places, 3));
    const points = new Points(geometry, new PointsMaterial({ color: "#2f3b2c", size: 0.15 }));
    scene.add(points);
    return (seconds: number) => {
      points.rotation.y = seconds / 4;
    };
  };
}

function Readings() {
  const { data: rows = [] } = useQuery({ queryKey: ["readings", 3], queryFn: () => answer(readings(3)) });
  const build = useCallback((scene: Scene) => cloud(rows)(scene), [rows]);
  const air = rows.map((row) => row.air);
  return (
    <Page title="Sensors" intro="Three days of the station in the south field.">
      <Panels>
        <Panel title="Air">
          <Metric label="Mean" value={mean(air)} unit="°C" />
          <Sparkline values={air} label="Temperature of the air" />
        </Panel>
        <Panel title="Soil">
          <Metric label="Nine in ten below" value={quantile(rows.map((row) => row.soil * 100), 0.9)} unit="%" />
          <Sparkline values={rows.map((row) => row.soil)} label="Moisture of the soil" />
        </Panel>
        <Panel title="By the hour" wide>
          <LineChart labels={rows.map((row) => String(row.hour))} series={{ air, wind: rows.map((row) => row.wind) }} />
        </Panel>
        <Panel title="All at once" wide>
          <div className={styles.cloud}>
            <Stage label="Hour, moisture and temperature" build={build} />
          </div>
        </Panel>
      </Panels>
    </Page>
  );
}

export function Component() {
  return (
    <QueryClientProvider client={queries}>
      <Readings />
    </QueryClientProvider>
  );
}
