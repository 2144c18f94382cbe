import { Link } from "react-router";
import { growerOf } from "../data/growers";

export function GrowerName({ id }: { id: string }) {
  const grower = growerOf(id);
  if (!grower) return <em>unknown</em>;
  return <Link to={`/growers?find=${encodeURIComponent(grower.name)}`}>{grower.name}</Link>;
}
