// The server's few doors. Each resolves to {status, body, retryAfter}, and rejects only without a network.

export async function postMessage(item) {
  const response = await fetch("/chat/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(item.choice ? { id: item.id, choice: item.choice } : { id: item.id, text: item.text }),
  });
  return answer(response.status, await response.json().catch(() => ({})), response.headers.get("Retry-After"));
}

// fetch cannot tell how much of a body is sent; the older request can.
export function postFiles(id, files, onprogress) {
  const form = new FormData();
  form.append("id", id);
  files.forEach((file) => form.append("files", file, file.name));
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.upload.onprogress = (event) => onprogress(event.loaded / event.total);
    request.onload = () => resolve(answer(request.status, request.response ?? {}, request.getResponseHeader("Retry-After")));
    request.onerror = reject;
    request.responseType = "json";
    request.open("POST", "/chat/files");
    request.send(form);
  });
}

export async function readHistory(after) {
  const response = await fetch(after ? `/chat/history?after=${after}` : "/chat/history");
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

function answer(status, body, retryAfter) {
  return { status, body, retryAfter: Number(retryAfter ?? 0) * 1000 };
}
