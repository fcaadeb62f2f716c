// What is written and drawn above the points, the card beside the mouse, the legend, and all of it as a picture.
class Marks extends Points {
  paintMarks(dots) {
    const pen = this.over.getContext("2d"), { width, height } = this.now;
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.font = `13px ${getComputedStyle(this.box).fontFamily}`;
    pen.textBaseline = "middle";
    const r = this.size() / 2 + 5;
    this.ring(pen, this.found, RED, (x, y) => [[x, y - r], [x + r, y], [x, y + r], [x - r, y]].forEach(([a, b]) => pen.lineTo(a, b)));
    this.ring(pen, this.picked, PINK, (x, y) => pen.arc(x, y, r, 0, 2 * Math.PI));
    const taken = [[width - 195, 0, 195, 40]]; // the buttons
    for (const [name, ...at] of this.data.stars) this.star(pen, name, this.seen(...at), taken);
    for (const [name, ...at] of this.data.names) this.plate(pen, name, this.seen(...at), taken);
    if (this.path?.length > 1) {
      pen.beginPath();
      this.path.forEach(([x, y]) => pen.lineTo(x, y));
      pen.closePath();
      pen.fillStyle = "rgba(214,36,159,.12)";
      pen.strokeStyle = PINK;
      pen.lineWidth = 1.5;
      pen.fill();
      pen.stroke();
    }
  }

  ring(pen, rows, colour, outline) {
    if (rows.size > RINGED) return;
    pen.strokeStyle = colour;
    pen.lineWidth = 2.5;
    for (const row of rows) {
      if (!this.rgba[4 * row + 3]) continue;
      pen.beginPath();
      outline(...this.seenRow(row));
      pen.closePath();
      pen.stroke();
    }
  }

  // A name on a dark plate reads on points of any colour; one that would cover another moves, or waits for a zoom.
  plate(pen, name, [x, y], taken, fill = "rgba(23,34,46,.8)") {
    const { width, height } = this.now;
    if (width < 420 && name.length > 18) name = `${name.slice(0, 17).trimEnd()}…`;
    const wide = pen.measureText(name).width + 10, high = 20;
    if (x < 0 || x > width || y < 0 || y > height) return;
    for (const down of [0, -22, 22, -44, 44]) {
      const left = within(x - wide / 2, 3, Math.max(3, width - wide - 3)), top = y + down - high / 2;
      if (taken.some((t) => left < t[0] + t[2] && t[0] < left + wide && top < t[1] + t[3] && t[1] < top + high)) continue;
      taken.push([left, top, wide, high]);
      pen.fillStyle = fill;
      pen.beginPath();
      pen.roundRect(left, top, wide, high, 5);
      pen.fill();
      pen.fillStyle = "#fff";
      pen.fillText(name, left + 5, top + high / 2 + 1);
      return;
    }
  }

  star(pen, name, [x, y], taken) {
    pen.beginPath();
    for (let i = 0; i < 10; i++) {
      const r = i % 2 ? 5 : 12, angle = (i * Math.PI) / 5 - Math.PI / 2;
      pen.lineTo(x + r * Math.cos(angle), y + r * Math.sin(angle));
    }
    pen.closePath();
    pen.fillStyle = PINK;
    pen.strokeStyle = "#fff";
    pen.lineWidth = 1.5;
    pen.fill();
    pen.stroke();
    this.plate(pen, `★ ${name}`, [x, y - 26], taken, PINK);
    taken.push([x - 12, y - 12, 24, 24]);
  }

  // The card: a name at once, a picture once the page has sent it.
  hover(row) {
    if (row === this.hovering) {
      if (row >= 0) this.beside();
      return;
    }
    this.hovering = row;
    clearTimeout(this.asking);
    this.over.style.cursor = row >= 0 ? "pointer" : this.data?.drag === "pan" ? "grab" : "crosshair";
    if (row >= 0 && this.data.pictures && hovered.row !== row)
      this.asking = setTimeout(() => hovered.ask?.(row), 160);
    this.describe();
  }

  describe() {
    const row = this.hovering ?? -1, texts = kept.get(this.data?.texts);
    this.card.hidden = row < 0 || !texts;
    if (this.card.hidden) return;
    this.card.replaceChildren();
    if (hovered.row === row && hovered.picture) element("img", this.card, { src: hovered.picture, alt: "" });
    this.card.append(texts.value.names[row]);
    element("small", this.card, { textContent: texts.value.categories[texts.of[row]] });
    const layer = this.data.layers[this.of[row]];
    if (layer.scaled) element("small", this.card, { textContent: `${Math.round(100 * this.values[row])}% sure` });
    if (!layer.pickable) element("small", this.card, { textContent: "outside the filter" });
    this.beside();
  }

  beside() {
    const { width, height } = this.now, [x, y] = this.cursor;
    const wide = this.card.offsetWidth, high = this.card.offsetHeight;
    this.card.style.left = `${x + 14 + wide < width ? x + 14 : Math.max(0, x - 14 - wide)}px`;
    this.card.style.top = `${within(y - high / 2, 0, Math.max(0, height - high))}px`;
  }

  writeLegend() {
    this.legend.replaceChildren();
    this.data.layers.forEach((layer, number) => {
      if (!layer.count) return;
      const words = `${layer.name} (${layer.count.toLocaleString("en")})`;
      const hidden = this.view.hidden.has(layer.name);
      const entry = element("button", this.legend, { type: "button", ariaPressed: String(!hidden), title: "Hide or show" });
      const dot = element("i", entry);
      if (layer.scaled) dot.style = `width:70px;border-radius:6px;background:linear-gradient(90deg,${this.data.scale})`;
      else dot.style.background = this.colours[number];
      entry.append(layer.scaled ? `${words}: 0% to 100%` : words);
      entry.onclick = () => {
        hidden ? this.view.hidden.delete(layer.name) : this.view.hidden.add(layer.name);
        this.colour();
        this.writeLegend();
        this.draw();
      };
    });
  }

  // The map with its legend as one picture.
  save() {
    const style = getComputedStyle(this.box), dots = window.devicePixelRatio || 1, line = 22 * dots;
    const shown = this.data.layers.map((layer, i) => [layer, this.colours[i]]).filter(([layer]) => layer.count);
    const picture = document.createElement("canvas"), pen = picture.getContext("2d");
    picture.width = this.under.width;
    picture.height = this.under.height + line * (shown.length + 1);
    pen.fillStyle = style.getPropertyValue("--st-background-color") || "#fff";
    pen.fillRect(0, 0, picture.width, picture.height);
    pen.drawImage(this.under, 0, 0);
    pen.drawImage(this.over, 0, 0);
    pen.font = `${14 * dots}px sans-serif`;
    shown.forEach(([layer, colour], i) => {
      const y = this.under.height + line * (i + 1);
      pen.fillStyle = layer.scaled ? this.data.scale.at(-1) : colour;
      pen.fillRect(12 * dots, y - 11 * dots, 12 * dots, 12 * dots);
      pen.fillStyle = style.getPropertyValue("--st-text-color") || "#17222e";
      pen.fillText(`${layer.name} (${layer.count.toLocaleString("en")})`, 32 * dots, y);
    });
    picture.toBlob((blob) => {
      const link = element("a", document.body, { href: URL.createObjectURL(blob), download: `${this.data.file}.png` });
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }
}
