// ---- The first questions, before there is anything to draw

async function first() {
  const link = new Connection();
  try {
    await link.connect();
    const opened = await link.call("open", { path: document.body.dataset.model });
    const picture = await link.call("picture", { model: opened.model, relax: true, onlyPlan: true, warm: true });
    const content = document.createElement("script");
    content.type = "application/json";
    content.id = "report-content";
    content.textContent = JSON.stringify(picture);
    document.body.append(content);
    await page(link, opened, picture);
  } catch (error) {
    document.getElementById("finding").textContent = "The model cannot be shown.";
    const box = document.getElementById("alert");
    const d = error.details || {};
    box.textContent = [error.message, d.file ? d.file + (d.line ? ", line " + d.line : "") : "", d.fix || ""].filter(Boolean).join(" — ");
    box.hidden = false;
    if (!(error instanceof SessionFailure)) throw error;
  }
}
first();
