import type { Letter } from "./letters";
import { Disconnected } from "./replies";
import type { Acked, AnyEvent, Draft, StaffCommand } from "./wire.gen";

/**
 * Sends a letter of the staff and waits until it is stored.
 * @throws Refused, Disconnected
 */
export async function deliver(
  socket: { request: (command: Draft<StaffCommand>) => Promise<AnyEvent> },
  letter: Letter,
): Promise<Acked> {
  const reply = await socket.request(letter as Draft<StaffCommand>);
  if (reply.type !== "acked") throw new Disconnected();
  return reply;
}
