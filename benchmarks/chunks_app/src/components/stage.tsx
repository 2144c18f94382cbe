import { useEffect, useRef, useState } from "react";
import { Color, PerspectiveCamera, Scene, WebGLRenderer } from "three";
import { useFrame } from "../hooks/use-frame";
import { useSize } from "../hooks/use-size";
import styles from "./stage.module.css";

interface StageProps {
  label: string;
  build: (scene: Scene) => (seconds: number) => void;
}

/** A canvas with a scene in it; says so where the browser draws no WebGL. */
export function Stage({ label, build }: StageProps) {
  const holder = useRef<HTMLDivElement>(null);
  const frame = useRef<(seconds: number) => void>(() => {});
  const [failure, setFailure] = useState("");
  const { width, height } = useSize(holder);

  useEffect(() => {
    const scene = new Scene();
    scene.background = new Color("#eef2e6");
    const move = build(scene);
    const camera = new PerspectiveCamera(45, width / Math.max(height, 1), 0.1, 200);
    camera.position.set(0, 6, 16);
    camera.lookAt(0, 0, 0);
    let renderer: WebGLRenderer;
    try {
      const canvas = document.createElement("canvas");
      if (!canvas.getContext("webgl2")) throw new Error("no WebGL 2");
      renderer = new WebGLRenderer({ antialias: true });
    } catch (error) {
      setFailure(error instanceof Error ? error.message : "no WebGL");
      return;
    }
    renderer.setSize(width, Math.max(height, 320));
    holder.current?.replaceChildren(renderer.domElement);
    frame.current = (seconds) => {
      move(seconds);
      renderer.render(scene, camera);
    };
    return () => {
      frame.current = () => {};
      renderer.dispose();
    };
  }, [build, width, height]);

  useFrame((seconds) => frame.current(seconds));
  return (
    <figure className={styles.stage}>
      <div ref={holder} className={styles.canvas} />
      <figcaption>{failure ? `${label} (${failure})` : label}</figcaption>
    </figure>
  );
}
