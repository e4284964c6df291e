const host = String.raw`\w[\w.-]*(:\d{1,5}(?=/))?`;
const tag = String.raw`:\w[\w.-]{0,127}`;
const digest = String.raw`@[\w.+-]+:[0-9A-Fa-f]{32,128}`;

/** Of a JSON Schema, for references of images: host with or without port, path, tag and digest. */
export const imagePattern = String.raw`^${host}(/[\w.-]+)*(${tag})?(${digest})?$`;
