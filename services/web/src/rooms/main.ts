import { bindActions } from '../ui/actions.ts';
import { find } from '../ui/find.ts';
import { EventLog } from './event-log.ts';
import { testLatency } from './latency.ts';
import { RoomSocket, type RoomUser } from './room-socket.ts';
import { askServer, serverRoutes } from './server-routes.ts';

/** The demo client of room-server: makes its parts and ties them together. */
function main(): void {
  const join = find(document, '[data-form=join]', HTMLFormElement);
  const [user, room, token] = ['user', 'room', 'token'].map((name) =>
    find(join, `[name=${name}]`, HTMLInputElement),
  ) as [HTMLInputElement, HTMLInputElement, HTMLInputElement];
  user.value = `user_${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36)}`;
  room.value = new URLSearchParams(location.search).get('room') ?? 'demo-room';

  const log = new EventLog();
  const socket = new RoomSocket({
    onState: showConnection,
    onPeople: showPeople,
    onProblem: showProblem,
    onEvent: (direction, name, payload) => log.add(direction, name, payload),
  });

  onSubmit(join, () => {
    showProblem(null);
    socket.join(room.value.trim(), user.value.trim(), token.value.trim());
  });
  onSubmit(find(document, '[data-form=message]', HTMLFormElement), (form) => {
    socket.say(find(form, 'input', HTMLInputElement).value);
    form.reset();
  });
  bindActions({
    leave: () => socket.leave(),
    clear: () => log.clear(),
    latency: () => void showLatency(() => socket.measure()),
  });
  const routes = find(document, '[data-part=routes]', HTMLElement);
  for (const [label, path] of Object.entries(serverRoutes)) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'secondary', textContent: label });
    button.addEventListener('click', () => void showAnswer(path, token.value.trim()));
    routes.append(button);
  }
  // A page that is closed has left, and need not be waited for.
  addEventListener('pagehide', () => socket.leave());
}

function onSubmit(form: HTMLFormElement, act: (form: HTMLFormElement) => void): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act(form);
  });
}

const connectionWords = {
  connected: 'Connected',
  connecting: 'Connecting…',
  closed: 'Not connected',
} as const;

function showConnection(state: keyof typeof connectionWords): void {
  const element = find(document, '.connection', HTMLElement);
  element.textContent = connectionWords[state];
  element.dataset['state'] = state;
  for (const name of ['leave', 'latency']) {
    const button = find(document, `[data-action=${name}]`, HTMLButtonElement);
    button.disabled = state !== 'connected';
  }
}

function showPeople(people: readonly RoomUser[]): void {
  const items = people.map(({ userId, socketId }) => {
    const item = document.createElement('li');
    item.textContent = userId;
    item.title = socketId;
    return item;
  });
  find(document, '.people', HTMLUListElement).replaceChildren(...items);
  find(document, '[data-testid=send]', HTMLButtonElement).disabled = people.length === 0;
}

function showProblem(message: string | null): void {
  const element = find(document, '.problem', HTMLElement);
  element.hidden = message === null;
  element.textContent = message;
}

async function showLatency(measure: () => Promise<number>): Promise<void> {
  const figure = find(document, '.figure', HTMLElement);
  const button = find(document, '[data-action=latency]', HTMLButtonElement);
  figure.textContent = 'Measuring…';
  // Two tests at once would take each other's answers.
  button.disabled = true;
  try {
    figure.textContent = await testLatency(measure);
  } catch (error) {
    figure.textContent = error instanceof Error ? error.message : String(error);
  }
  button.disabled = false;
}

async function showAnswer(path: string, token: string): Promise<void> {
  const asked = find(document, '.asked', HTMLElement);
  const answer = find(document, '.answer', HTMLElement);
  try {
    const { text, isRefused, ...said } = await askServer(path, token);
    asked.textContent = said.asked;
    asked.classList.toggle('refused', isRefused);
    find(answer, 'pre', HTMLPreElement).textContent = text;
    answer.hidden = false;
  } catch {
    asked.textContent = `GET ${path}: the server did not answer`;
    asked.classList.add('refused');
    answer.hidden = true;
  }
}

showPeople([]);
main();
