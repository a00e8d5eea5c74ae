/** What the page's surroundings tell a connection: the network, and whether anybody looks. */
export interface Surroundings {
  /** False only where the browser is sure that there is no network. */
  isOnline(): boolean;
  isVisible(): boolean;
  /** `wake` on network back, page shown again; `lost` when the network goes. Returns the way to stop. */
  watch(on: { wake: () => void; lost: () => void }): () => void;
}

export function browserSurroundings(): Surroundings {
  return {
    isOnline: () => navigator.onLine !== false,
    isVisible: () => document.visibilityState !== "hidden",
    watch({ wake, lost }) {
      const shown = () => document.visibilityState !== "hidden" && wake();
      window.addEventListener("online", wake);
      window.addEventListener("pageshow", wake);
      window.addEventListener("offline", lost);
      document.addEventListener("visibilitychange", shown);
      return () => {
        window.removeEventListener("online", wake);
        window.removeEventListener("pageshow", wake);
        window.removeEventListener("offline", lost);
        document.removeEventListener("visibilitychange", shown);
      };
    },
  };
}
