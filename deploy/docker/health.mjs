/** Ends with 0 if the node in this container is alive; says nothing of Redis, as a restart would not help it. */
const { PORT = '4000', OPS_PORT = `${Number(PORT) + 1000}` } = process.env;
const isLive = await fetch(`http://127.0.0.1:${OPS_PORT}/livez`).then(
  ({ ok }) => ok,
  () => false,
);
process.exitCode = isLive ? 0 : 1;
