import {
  AmbientLight,
  ConeGeometry,
  CylinderGeometry,
  DirectionalLight,
  Group,
  Mesh,
  MeshStandardMaterial,
  PlaneGeometry,
  type Scene,
  SphereGeometry,
} from "three";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { Stage } from "../components/stage";
import { between, random } from "../helpers/random";

function tree(next: () => number): Group {
  const group = new Group();
  const trunk = new Mesh(new CylinderGeometry(0.1, 0.15, 1), new MeshStandardMaterial({ color: "#7a5c3e" }));
  const crown = new Mesh(new ConeGeometry(0.8, 1.6, 12), new MeshStandardMaterial({ color: "#4f7f3a" }));
  crown.position.y = 1.2;
  group.add(trunk, crown);
  for (let count = between(2, 6, next); count > 0; count--) {
    const fruit = new Mesh(new SphereGeometry(0.08), new MeshStandardMaterial({ color: "#c8372d" }));
    fruit.position.set(next() - 0.5, 0.9 + next() * 0.5, next() - 0.5);
    group.add(fruit);
  }
  return group;
}

function plant(scene: Scene): (seconds: number) => void {
  const next = random(8);
  const field = new Group();
  for (let row = -3; row <= 3; row++) {
    for (let place = -4; place <= 4; place++) {
      const grown = tree(next);
      grown.position.set(place * 1.8, 0, row * 2);
      field.add(grown);
    }
  }
  const ground = new Mesh(new PlaneGeometry(60, 60), new MeshStandardMaterial({ color: "#b9c98b" }));
  ground.rotation.x = -Math.PI / 2;
  ground.position.y = -0.5;
  const sun = new DirectionalLight("#fff7dd", 2);
  sun.position.set(5, 10, 4);
  scene.add(field, ground, sun, new AmbientLight("#ffffff", 0.6));
  return (seconds) => {
    field.rotation.y = Math.sin(seconds / 6) * 0.5;
  };
}

export function Component() {
  return (
    <Page title="Orchard" intro="Sixty-three trees, as the survey found them.">
      <Panel title="From above" wide>
        <Stage label="The rows of the south field" build={plant} />
      </Panel>
    </Page>
  );
}
