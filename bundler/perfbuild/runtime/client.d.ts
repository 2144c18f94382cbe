// What modules can ask for and import besides scripts, as Vite users know it. The names of modules are patterns.

interface ImportMetaEnv {
  /** `mode` of the configuration. */
  readonly MODE: string;
  /** `base` of the configuration: where the output is served. */
  readonly BASE_URL: string;
  readonly DEV: boolean;
  readonly PROD: boolean;
  readonly SSR: boolean;
  /** Variables of the environment and of `.env` files that begin with one of `env_prefixes`. Declare those of the project. */
  readonly [name: string]: any;
}

interface ImportMetaGlobOptions<Eager extends boolean> {
  /** Import the modules at once, in place of functions that do. */
  eager?: Eager;
  /** The export that is wanted; the whole module without it. */
  import?: string;
  /** `"?raw"`, `"?url"`, or another query that each of the files is imported with. */
  query?: string | Record<string, string | number | boolean>;
  /** Look into `node_modules` and folders whose name begins with a dot, too. */
  exhaustive?: boolean;
  /** What patterns and names are relative to; the module without it. */
  base?: string;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
  /** Nothing in a build: code for it is left out. */
  readonly hot?: any;
  /** The files that match the patterns, by their names. */
  glob<Module = any>(patterns: string | string[], options?: ImportMetaGlobOptions<false>): Record<string, () => Promise<Module>>;
  glob<Module = any>(patterns: string | string[], options: ImportMetaGlobOptions<true>): Record<string, Module>;
}

// --- stylesheets ----------------------------------------------------------------------------------

// The first pattern that fits counts.

type PerfbuildClasses = Readonly<Record<string, string>>;

declare module "*.module.css" { const classes: PerfbuildClasses; export default classes; }
declare module "*.module.scss" { const classes: PerfbuildClasses; export default classes; }
declare module "*.module.sass" { const classes: PerfbuildClasses; export default classes; }
declare module "*.css" {}
declare module "*.scss" {}
declare module "*.sass" {}

// --- queries --------------------------------------------------------------------------------------

declare module "*?raw" { const text: string; export default text; }
declare module "*?url" { const url: string; export default url; }
/** A data URL, or the text of a stylesheet. */
declare module "*?inline" { const content: string; export default content; }
declare module "*?no-inline" { const url: string; export default url; }
declare module "*?worker" { const Constructor: { new (options?: { name?: string }): Worker }; export default Constructor; }
declare module "*?sharedworker" { const Constructor: { new (options?: { name?: string }): SharedWorker }; export default Constructor; }

// --- files by their URL ---------------------------------------------------------------------------

declare module "*.aac" { const url: string; export default url; }
declare module "*.apng" { const url: string; export default url; }
declare module "*.avif" { const url: string; export default url; }
declare module "*.bmp" { const url: string; export default url; }
declare module "*.csv" { const url: string; export default url; }
declare module "*.cur" { const url: string; export default url; }
declare module "*.eot" { const url: string; export default url; }
declare module "*.flac" { const url: string; export default url; }
declare module "*.geojson" { const url: string; export default url; }
declare module "*.gif" { const url: string; export default url; }
declare module "*.glb" { const url: string; export default url; }
declare module "*.gltf" { const url: string; export default url; }
declare module "*.hdr" { const url: string; export default url; }
declare module "*.htm" { const url: string; export default url; }
declare module "*.html" { const url: string; export default url; }
declare module "*.ico" { const url: string; export default url; }
declare module "*.jfif" { const url: string; export default url; }
declare module "*.jpeg" { const url: string; export default url; }
declare module "*.jpg" { const url: string; export default url; }
declare module "*.jxl" { const url: string; export default url; }
declare module "*.m4a" { const url: string; export default url; }
declare module "*.md" { const url: string; export default url; }
declare module "*.mov" { const url: string; export default url; }
declare module "*.mp3" { const url: string; export default url; }
declare module "*.mp4" { const url: string; export default url; }
declare module "*.ogg" { const url: string; export default url; }
declare module "*.opus" { const url: string; export default url; }
declare module "*.otf" { const url: string; export default url; }
declare module "*.pdf" { const url: string; export default url; }
declare module "*.pjp" { const url: string; export default url; }
declare module "*.pjpeg" { const url: string; export default url; }
declare module "*.png" { const url: string; export default url; }
declare module "*.svg" { const url: string; export default url; }
declare module "*.tif" { const url: string; export default url; }
declare module "*.tiff" { const url: string; export default url; }
declare module "*.ttc" { const url: string; export default url; }
declare module "*.ttf" { const url: string; export default url; }
declare module "*.txt" { const url: string; export default url; }
declare module "*.vtt" { const url: string; export default url; }
declare module "*.wasm" { const url: string; export default url; }
declare module "*.wav" { const url: string; export default url; }
declare module "*.webm" { const url: string; export default url; }
declare module "*.webmanifest" { const url: string; export default url; }
declare module "*.webp" { const url: string; export default url; }
declare module "*.woff" { const url: string; export default url; }
declare module "*.woff2" { const url: string; export default url; }
declare module "*.xml" { const url: string; export default url; }
declare module "*.zip" { const url: string; export default url; }
