// Where a popover lies: below what it belongs to, or above where there is more room; inside the window.

export type Align = "start" | "end" | "center";

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

const gap = 6;
const margin = 8;

/** The corner and the greatest height of something of `size` beside `anchor`. */
export function placed(
  anchor: Box,
  size: Size,
  view: Size,
  align: Align = "start",
): { left: number; top: number; maxHeight: number; isAbove: boolean } {
  const below = view.height - margin - (anchor.top + anchor.height + gap);
  const above = anchor.top - gap - margin;
  const isAbove = size.height > below && above > below;
  const maxHeight = Math.max(isAbove ? above : below, 0);
  const height = Math.min(size.height, maxHeight);
  const wanted = {
    start: anchor.left,
    end: anchor.left + anchor.width - size.width,
    center: anchor.left + (anchor.width - size.width) / 2,
  }[align];
  const left = Math.max(margin, Math.min(wanted, view.width - margin - size.width));
  return {
    left,
    top: isAbove ? anchor.top - gap - height : anchor.top + anchor.height + gap,
    maxHeight,
    isAbove,
  };
}

/** An attachment that keeps a fixed element beside its anchor for as long as it is there. */
export function anchoredTo(anchor: () => Element | null, align: Align) {
  return (node: HTMLElement) => {
    const put = () => {
      const of = anchor();
      if (!of) return;
      node.style.maxHeight = "";
      const size = { width: node.offsetWidth, height: node.offsetHeight };
      const view = { width: document.documentElement.clientWidth, height: window.innerHeight };
      const { left, top, maxHeight } = placed(of.getBoundingClientRect(), size, view, align);
      node.style.left = `${left}px`;
      node.style.top = `${top}px`;
      node.style.maxHeight = `${maxHeight}px`;
    };
    put();
    const size = new ResizeObserver(put);
    size.observe(node);
    window.addEventListener("scroll", put, { capture: true, passive: true });
    window.addEventListener("resize", put);
    return () => {
      size.disconnect();
      window.removeEventListener("scroll", put, { capture: true });
      window.removeEventListener("resize", put);
    };
  };
}
