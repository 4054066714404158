// The words of `ngatu camera probe`, Vietnamese and English.
import type { AdviceCode } from "../../edge/camera/advice.ts";
import type { CauseCode } from "../../edge/camera/cause.ts";

export type Language = "vi" | "en";
type Words = Readonly<Record<Language, string>>;

export const ADVICE_WORDS: Readonly<Record<AdviceCode, Words>> = {
  "key-frames-rare": {
    en: "Key frames are rare: set the key-frame (I-frame) interval to 1–2 seconds, so that the picture returns quickly after a break.",
    vi: "Khung khóa quá thưa: đặt khoảng cách khung khóa (I-frame) 1–2 giây để hình trở lại nhanh sau khi mất kết nối.",
  },
  "rate-low": {
    en: "Fewer than 5 frames a second: a motorcycle jumps too far between frames. Set 10–25.",
    vi: "Dưới 5 khung hình mỗi giây: xe máy nhảy quá xa giữa hai khung. Hãy đặt 10–25.",
  },
  "rate-high": {
    en: "More than 30 frames a second only cost processor time: set 15–25.",
    vi: "Trên 30 khung hình mỗi giây chỉ tốn bộ xử lý: hãy đặt 15–25.",
  },
  "rate-declared-wrong": {
    en: "The camera declares another frame rate than it sends. Nothing to do: Ngã Tư goes by the time stamps.",
    vi: "Camera khai tốc độ khung hình khác với thực tế. Không cần làm gì: Ngã Tư dùng nhãn thời gian.",
  },
  reordered: {
    en: "The stream uses B-frames, which delay the picture: switch them off (H.264 Baseline, or “B-frames: 0”).",
    vi: "Luồng dùng khung B làm trễ hình: hãy tắt (H.264 Baseline hoặc “B-frames: 0”).",
  },
  "picture-small": {
    en: "The picture is small: plates and faces will hardly be readable. Use the main stream.",
    vi: "Hình nhỏ: khó đọc biển số và khuôn mặt. Hãy dùng luồng chính.",
  },
  "picture-large": {
    en: "The picture is very large: decoding takes most of a processor core. 1920×1080 is enough for most scenes.",
    vi: "Hình rất lớn: giải mã tốn gần hết một lõi xử lý. 1920×1080 là đủ cho hầu hết vị trí.",
  },
  "codec-heavy": {
    en: "This codec decodes at about twice the cost of H.264: prefer H.264 unless the network is the limit.",
    vi: "Chuẩn nén này tốn gấp khoảng hai lần H.264 khi giải mã: nên dùng H.264 nếu mạng cho phép.",
  },
  "codec-old": {
    en: "An old codec: it needs much bandwidth or looks blurred. Set H.264.",
    vi: "Chuẩn nén cũ: tốn băng thông hoặc mờ. Hãy đặt H.264.",
  },
  audio: {
    en: "The camera also sends sound. Ngã Tư never asks for it; switch it off for privacy.",
    vi: "Camera còn gửi âm thanh. Ngã Tư không nhận; nên tắt để bảo vệ quyền riêng tư.",
  },
  "pixels-not-square": {
    en: "The pixels are not square: Ngã Tư stretches the picture; draw zones on the stretched one (see `picture`).",
    vi: "Điểm ảnh không vuông: Ngã Tư kéo lại hình; hãy vẽ vùng trên hình đã kéo (xem `picture`).",
  },
};

/** What a person can do about each cause. */
export const CAUSE_WORDS: Readonly<Record<CauseCode, Words>> = {
  refused: {
    en: "Nothing listens at this address and port. Check the port (usually 554) and that RTSP is switched on.",
    vi: "Không có dịch vụ tại địa chỉ và cổng này. Kiểm tra cổng (thường là 554) và đã bật RTSP chưa.",
  },
  unreachable: {
    en: "The camera can't be reached. Check the address, the cable and the network.",
    vi: "Không tới được camera. Kiểm tra địa chỉ, dây cáp và mạng.",
  },
  unauthorised: {
    en: "The camera refuses the user or password. Give the password with --password-file.",
    vi: "Camera từ chối tên hoặc mật khẩu. Cung cấp mật khẩu bằng --password-file.",
  },
  "not-found": {
    en: "The camera answers but knows no such stream. Look up the path of the stream in its manual.",
    vi: "Camera có trả lời nhưng không có luồng này. Xem đường dẫn luồng trong tài liệu của camera.",
  },
  "no-file": { en: "There is no such file.", vi: "Không có tệp này." },
  "no-access": { en: "This user may not read it.", vi: "Người dùng này không có quyền đọc." },
  "not-video": {
    en: "What is there is no video, or no RTSP (a web page, perhaps). Check the address.",
    vi: "Ở đó không phải video hoặc không phải RTSP (có thể là trang web). Kiểm tra lại địa chỉ.",
  },
  "no-picture-stream": {
    en: "It has no picture, only sound or data.",
    vi: "Không có hình, chỉ có âm thanh hoặc dữ liệu.",
  },
  unsupported: {
    en: "The picture's codec can't be decoded here. Set H.264 at the camera.",
    vi: "Không giải mã được chuẩn nén này. Hãy đặt H.264 trên camera.",
  },
  timeout: {
    en: "No answer in time. The camera may be busy, frozen or behind a firewall.",
    vi: "Không trả lời kịp. Camera có thể bận, treo hoặc sau tường lửa.",
  },
  "no-picture": {
    en: "The session opens, but no picture comes. Restart the camera; look at its sensor or channel.",
    vi: "Kết nối được nhưng không có hình. Khởi động lại camera; kiểm tra cảm biến hoặc kênh.",
  },
  frozen: { en: "The picture has stopped.", vi: "Hình đã dừng." },
  "time-jumped": {
    en: "Its time stamps jump. Set its clock by NTP, and look for a restart of its encoder.",
    vi: "Mốc thời gian bị nhảy. Đồng bộ đồng hồ camera bằng NTP và kiểm tra bộ mã hóa có khởi động lại không.",
  },
  "no-gate": {
    en: "Its codec can't be spared while nothing happens: every frame is decoded.",
    vi: "Bộ mã hoá này không thể bỏ bớt khi cảnh yên tĩnh: mọi khung hình đều được giải mã.",
  },
  "no-copy": {
    en: "MP4 can't hold its codec: clips are encoded anew, which costs the box CPU. Prefer H.264.",
    vi: "MP4 không chứa được codec này: đoạn phim phải mã hóa lại, tốn CPU. Nên dùng H.264.",
  },
  "size-changed": { en: "The picture changed its size.", vi: "Kích thước hình đã thay đổi." },
  ended: { en: "The stream ended without a picture.", vi: "Luồng kết thúc mà không có hình." },
  "no-program": {
    en: "ffmpeg is missing on this machine: run `ngatu doctor`.",
    vi: "Máy này thiếu ffmpeg: chạy `ngatu doctor`.",
  },
  fault: { en: "See the message above.", vi: "Xem thông báo ở trên." },
};

export const DISCOVERY_WORDS = {
  nothing: {
    en: "No camera answered. Many are told not to: switch on ONVIF (WS-Discovery) at the camera, ask from its own network (`--network eth0`), or take the address from its manual.",
    vi: "Không có camera nào trả lời. Nhiều camera tắt chức năng này: hãy bật ONVIF (WS-Discovery) trên camera, dò từ đúng mạng của camera (`--network eth0`), hoặc xem địa chỉ trong tài liệu.",
  },
  next: {
    en: "Next: `ngatu camera probe rtsp://USER@HOST/ --password-file FILE` lists a camera's streams and says what to fix.",
    vi: "Tiếp theo: `ngatu camera probe rtsp://USER@HOST/ --password-file FILE` liệt kê các luồng của camera và cho biết cần sửa gì.",
  },
  fault: {
    en: "The network could not be asked. Look at the interface's name (`ip link`) and whether it is up.",
    vi: "Không dò được mạng. Kiểm tra tên giao diện mạng (`ip link`) và xem nó đã bật chưa.",
  },
  streams: {
    en: "streams that the camera offers (ONVIF)",
    vi: "các luồng camera cung cấp (ONVIF)",
  },
  substream: {
    en: "Ngã Tư can analyse a smaller stream and keep this one for clips: set it as `substream` in the camera's file.",
    vi: "Ngã Tư có thể phân tích luồng nhỏ hơn và giữ luồng này cho đoạn phim: đặt nó vào `substream` trong tệp camera.",
  },
} as const satisfies Readonly<Record<string, Words>>;

export const LABELS: Readonly<Record<string, Words>> = {
  codec: { en: "codec", vi: "chuẩn nén" },
  picture: { en: "picture", vi: "hình" },
  rate: { en: "frame rate", vi: "tốc độ khung hình" },
  declared: { en: "declared", vi: "khai báo" },
  keys: { en: "key-frame interval", vi: "khoảng cách khung khóa" },
  bits: { en: "bit rate", vi: "tốc độ bit" },
  length: { en: "length", vi: "độ dài" },
  good: { en: "Nothing to fix.", vi: "Không cần sửa gì." },
};
