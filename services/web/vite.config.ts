import { defineConfig } from 'vite';

/** The node that the development server passes signaling on to. */
const node = process.env['SWITCHBOARD_URL'] ?? 'http://localhost:4000';
const proxy = { '/socket.io': { target: node, ws: true } };

/** Every page by its name; a node serves `dist` as it is. */
const pages = {
  call: 'index.html',
  join: 'join.html',
  joinRefused: 'join-refused.html',
  exampleClientRooms: 'example-client-rooms.html',
};

export default defineConfig({
  build: {
    target: 'es2022',
    // Inlined files would be data: URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    rolldownOptions: { input: pages },
  },
  server: { proxy },
  preview: { proxy },
});
