import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryShelf } from "../../src/client/shelf";
import { identityOf } from "../../src/widget/panel/talk/identity";
import { forget, keep, obtain, read } from "../../src/widget/panel/talk/visitor";

type Wish = { site: string; identity?: { external_id: string; signature: string } };

const now = async (_: string, work: () => Promise<void>) => work();
const anna = { external_id: "anna", issued_at: 1, signature: "right" };
const forged = { external_id: "ben", issued_at: 1, signature: "wrong" };

describe("the visitor of a browser", () => {
  const fetched = globalThis.fetch;
  let server: Server;
  let asked: Wish[] = [];

  beforeEach(async () => {
    asked = [];
    server = createServer((request, response) => {
      request.setEncoding("utf8").on("data", (body: string) => {
        const wish = JSON.parse(body) as Wish;
        asked.push(wish);
        const refused = wish.identity && wish.identity.signature !== "right";
        response.writeHead(refused ? 403 : 201, { "content-type": "application/json" });
        response.end(JSON.stringify({ token: `t${asked.length}`, visitor_id: `v${asked.length}` }));
      });
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    globalThis.fetch = (path, init) => fetched(`http://127.0.0.1:${port}${path}`, init);
  });

  afterEach(() => {
    globalThis.fetch = fetched;
    server.close();
  });

  it("is made once and kept", async () => {
    const shelf = memoryShelf();
    const first = await obtain("shop", shelf, now);
    expect(await obtain("shop", shelf, now)).toEqual(first);
    expect(asked).toEqual([{ site: "shop" }]);
  });

  it("is the customer whom the site proves", async () => {
    const shelf = memoryShelf();
    const made = await obtain("shop", shelf, now, anna);
    expect(made).toEqual({ token: "t1", visitor_id: "v1", external_id: "anna" });
    expect(asked).toEqual([{ site: "shop", identity: anna }]);
    expect(await obtain("shop", shelf, now, anna)).toEqual(made);
  });

  it("is nobody in particular where the proof is refused", async () => {
    const made = await obtain("shop", memoryShelf(), now, forged);
    expect(made).toEqual({ token: "t2", visitor_id: "v2" });
  });

  it("is never another customer than the one whom the page means", async () => {
    const shelf = memoryShelf();
    await obtain("shop", shelf, now, anna);
    const made = await obtain("shop", shelf, now, forged);
    expect(made.external_id).toBeUndefined();
    expect(made.token).not.toBe("t1");
    expect(read(shelf, "shop")).toEqual(made);
  });

  it("is forgotten only as long as nobody has taken the place", () => {
    const shelf = memoryShelf();
    const [old, fresh] = ["a", "b"].map((token) => ({ token, visitor_id: token })) as [
      { token: string; visitor_id: string },
      { token: string; visitor_id: string },
    ];
    keep("shop", shelf, fresh);
    forget("shop", shelf, old);
    expect(read(shelf, "shop")).toEqual(fresh);
    forget("shop", shelf, fresh);
    expect(read(shelf, "shop")).toBeNull();
  });
});

describe("an identity", () => {
  it("needs the site's signature, and carries nothing but what was signed", () => {
    expect(identityOf({ name: "Anna", email: "anna@example.com" })).toBeNull();
    expect(identityOf({ external_id: "7", name: "Anna" })).toBeNull();
    const signed = { external_id: "7", name: "Anna", issued_at: 5, signature: "s" };
    expect(identityOf({ ...signed, site: "shop" } as typeof signed)).toEqual({
      ...signed,
      email: undefined,
      organisation: undefined,
      attributes: undefined,
    });
  });
});
