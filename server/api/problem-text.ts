// What the HTTP interface says when it refuses something, in both languages.
import type { Language } from "./language.ts";

type Text = Readonly<Record<Language, string>>;

/** One entry per problem: the last part of its `type` URI, its status and its title. */
export const PROBLEMS = {
  "invalid-request": { status: 400, title: { vi: "Yêu cầu không hợp lệ", en: "The request is not valid" } },
  "host-refused": {
    status: 421,
    title: {
      vi: "Máy chủ này không mang tên được hỏi",
      en: "This server does not go by the name that was asked for",
    },
  },
  "sign-in-required": { status: 401, title: { vi: "Cần đăng nhập", en: "Sign in first" } },
  "sign-in-failed": {
    status: 401,
    title: {
      vi: "Tên, mật khẩu hoặc mã xác thực không đúng",
      en: "The name, the password or the code is wrong",
    },
  },
  "code-required": {
    status: 401,
    title: { vi: "Cần mã của ứng dụng xác thực", en: "The code of the authenticator app is needed" },
  },
  "too-many-attempts": {
    status: 429,
    title: { vi: "Thử quá nhiều lần; hãy đợi rồi thử lại", en: "Too many attempts; wait, then try again" },
  },
  busy: {
    status: 503,
    title: { vi: "Máy chủ đang bận; hãy thử lại", en: "The server is busy; try again" },
  },
  "csrf-refused": {
    status: 403,
    title: { vi: "Yêu cầu không đến từ trang này", en: "The request did not come from this page" },
  },
  "no-permission": {
    status: 403,
    title: { vi: "Bạn không có quyền làm việc này", en: "You may not do this" },
  },
  "password-due": {
    status: 403,
    title: { vi: "Hãy đổi mật khẩu dùng một lần trước", en: "Change the one-time password first" },
  },
  "second-factor-due": {
    status: 403,
    title: { vi: "Hãy thiết lập xác thực hai lớp trước", en: "Set up the second factor first" },
  },
  "name-taken": { status: 409, title: { vi: "Tên đã có người dùng", en: "The name is taken" } },
  "last-administrator": {
    status: 409,
    title: {
      vi: "Phải còn ít nhất một quản trị viên",
      en: "At least one administrator must remain",
    },
  },
  "origin-refused": {
    status: 403,
    title: { vi: "Không nhận thao tác từ trang web khác", en: "Actions from another web site are refused" },
  },
  "not-found": { status: 404, title: { vi: "Không tìm thấy", en: "Not found" } },
  "already-decided": {
    status: 409,
    title: { vi: "Vụ việc đã được xử lý trước đó", en: "The case has already been decided" },
  },
  "in-review": {
    status: 409,
    title: { vi: "Cán bộ khác đang xem xét vụ việc này", en: "Somebody else is reviewing this case" },
  },
  "second-officer": {
    status: 409,
    title: {
      vi: "Vụ việc này cần một cán bộ thứ hai xác nhận",
      en: "This case needs the confirmation of a second person",
    },
  },
  "not-held": {
    status: 409,
    title: { vi: "Bạn không giữ vụ việc này", en: "The case is not yours to give back" },
  },
  "already-handled": {
    status: 409,
    title: { vi: "Cảnh báo đã được xử lý", en: "The alert has already been handled" },
  },
  "own-request": {
    status: 409,
    title: { vi: "Người đề nghị không được tự phê duyệt", en: "Nobody approves their own request" },
  },
  "not-dead": {
    status: 409,
    title: {
      vi: "Chỉ gửi lại được bản tin đã ngừng gửi",
      en: "Only a forward that was given up can be replayed",
    },
  },
  "too-large": {
    status: 413,
    title: { vi: "Nội dung gửi lên quá lớn", en: "The request body is too large" },
  },
  "not-json": { status: 415, title: { vi: "Nội dung phải là JSON", en: "The request body must be JSON" } },
  refused: { status: 400, title: { vi: "Yêu cầu bị từ chối", en: "The request was refused" } },
  "too-many-screens": {
    status: 503,
    title: { vi: "Quá nhiều màn hình đang kết nối", en: "Too many screens are connected" },
  },
  fault: {
    status: 500,
    title: {
      vi: "Máy chủ gặp sự cố; chi tiết nằm trong nhật ký",
      en: "The server failed; its log has the details",
    },
  },
} as const satisfies Record<string, { status: number; title: Text }>;
export type ProblemName = keyof typeof PROBLEMS;

/** Why one field was refused, by JSON Schema keyword; `%` stands for the keyword's limit. */
export const FIELD_FAULTS: Readonly<Record<string, Text>> = {
  required: { vi: "bắt buộc phải có", en: "is required" },
  enum: { vi: "phải là một trong: %", en: "must be one of: %" },
  const: { vi: "phải là: %", en: "must be: %" },
  minimum: { vi: "phải từ % trở lên", en: "must be % or more" },
  maximum: { vi: "không được quá %", en: "must be % or less" },
  minLength: { vi: "không được để trống", en: "must not be empty" },
  maxLength: { vi: "dài nhất % ký tự", en: "must have at most % characters" },
  maxItems: { vi: "nhiều nhất % mục", en: "must have at most % items" },
  pattern: { vi: "không đúng dạng %", en: "must match %" },
  format: { vi: "không đúng dạng %", en: "must be a %" },
  type: { vi: "phải thuộc kiểu %", en: "must be of type %" },
  additionalProperties: { vi: "không có mục này", en: "is not known here" },
  page: { vi: "không phải mốc trang do máy chủ trả về", en: "is not a page mark that this server gave" },
  time: { vi: "phải là thời điểm RFC 3339", en: "must be an RFC 3339 time" },
  tooShort: { vi: "phải có ít nhất % ký tự", en: "must have at least % characters" },
  guessable: {
    vi: "quá dễ đoán: chứa tên đăng nhập hoặc quá ít ký tự khác nhau",
    en: "is too easy to guess: it holds the name, or too few different characters",
  },
  otherSites: { vi: "ngoài địa bàn của bạn: %", en: "is not one of your sites: %" },
  period: {
    vi: "phải sau lúc bắt đầu, ở tương lai và không quá % ngày",
    en: "must be after the start, in the future and at most % days away",
  },
  plate: { vi: "không phải biển số", en: "is not a plate" },
  wrong: { vi: "không đúng", en: "is wrong" },
  beyondOwn: { vi: "vượt quá quyền của chính bạn: %", en: "goes beyond your own rights: %" },
  personal: { vi: "chỉ dành cho người, không cấp cho máy: %", en: "is for people, never for machines: %" },
  everywhere: { vi: "chỉ có hiệu lực ở mọi nơi (*): %", en: "holds everywhere (*) or not at all: %" },
};
export const OTHER_FIELD_FAULT: Text = { vi: "không hợp lệ", en: "is not valid" };
