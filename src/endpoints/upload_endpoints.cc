// Files that come over HTTP, and those that a source may name.

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/importable_files.h"
#include "api/uploads.h"
#include "base/error.h"
#include "base/utf8.h"
#include "endpoints/audit.h"
#include "endpoints/endpoints.h"
#include "endpoints/multipart.h"
#include "endpoints/problem.h"

namespace ca::endpoints {
namespace {

using Json = nlohmann::json;
using people::Role;
using people::Scope;

constexpr std::size_t kLargestBody = 1ULL << 40;  // the setting is smaller
constexpr std::int64_t kLongestName = 2'000;

Schema upload_schema() {
  return object({required("id", text()),
                 required("name", text().at_most(kLongestName).about("As the sender called it.")),
                 required("path",
                          text().about("What a source may name; null while it comes.").or_null()),
                 required("bytes", integer().about("So far.")),
                 required("total", integer().or_null().about("As it was announced.")),
                 required("is_complete", boolean()), required("uploaded_at", moment()),
                 required("uploaded_by", text())})
      .named("Upload");
}

Json upload_json(const api::Upload& upload) {
  return {{"id", upload.id},
          {"name", upload.name},
          {"path", upload.is_complete ? Json(upload.path.string()) : Json()},
          {"bytes", upload.bytes},
          {"total", upload.total ? Json(*upload.total) : Json()},
          {"is_complete", upload.is_complete},
          {"uploaded_at", upload.at},
          {"uploaded_by", upload.by}};
}

/// Takes the file of one request.
class Receiver : public BodySink {
 public:
  Receiver(Services& services, std::shared_ptr<api::Uploads> uploads, const Call& call)
      : services_(services),
        uploads_(std::move(uploads)),
        who_(*call.who),
        address_(call.request.address) {
    const std::string_view length = call.request.header("Content-Length");
    std::uint64_t bytes = 0;
    const auto [end, failure] =
        std::from_chars(length.data(), length.data() + length.size(), bytes);
    if (!length.empty() && failure == std::errc() && end == length.data() + length.size()) {
      announced_ = bytes;
    }
  }

  void write(std::string_view piece) override { file_->write(piece); }

  Response finish() override {
    const api::Upload upload = file_->finish();
    const std::string json =
        upload_json(upload).dump(-1, ' ', false, Json::error_handler_t::replace);
    audit(services_, who_, address_, "upload.add", "upload " + upload.id, {}, json);
    Response response = json_response(json, 201);
    response.set_header("Location", "/api/v1/uploads/" + upload.id);
    return response;
  }

 protected:
  void begin(std::string_view name) { file_ = uploads_->begin(name, who_.username, announced_); }
  void write_file(std::string_view piece) { file_->write(piece); }

 private:
  Services& services_;
  std::shared_ptr<api::Uploads> uploads_;
  people::Principal who_;
  std::string address_;
  std::optional<std::uint64_t> announced_;
  std::unique_ptr<api::IncomingFile> file_;
};

/// The body is the file.
class BareFile : public Receiver {
 public:
  BareFile(Services& services, std::shared_ptr<api::Uploads> uploads, const Call& call)
      : Receiver(services, std::move(uploads), call) {
    begin(call.text("name").value_or("upload"));
  }
};

/// The body is a form with the file in it. What is announced is looked at before it comes.
class FormFile : public Receiver {
 public:
  FormFile(Services& services, std::shared_ptr<api::Uploads> uploads, const Call& call)
      : Receiver(services, std::move(uploads), call),
        name_(call.text("name")),
        form_(
            boundary_of(call.request.header("Content-Type")),
            [this](const FilePartHead& head) { begin(name_ ? *name_ : head.file_name); },
            [this](std::string_view piece) { write_file(piece); }) {}

  void write(std::string_view piece) override { form_.write(piece); }
  Response finish() override {
    form_.finish();
    return Receiver::finish();
  }

 private:
  std::optional<std::string> name_;
  MultipartFile form_;
};

std::unique_ptr<BodySink> receive(Services& services, const std::shared_ptr<api::Uploads>& uploads,
                                  const Call& call) {
  const std::string_view type = call.request.header("Content-Type");
  const std::string media = ascii_lower(type.substr(0, type.find(';')));
  if (media.starts_with("multipart/")) return std::make_unique<FormFile>(services, uploads, call);
  if (media != "application/octet-stream") {
    throw Error("E-MEDIA", "The body must be a file or multipart/form-data.",
                "Send Content-Type: application/octet-stream, whatever the file is.");
  }
  if (!call.text("name")) {
    throw Error("E-PARAM", "name is missing.", "Say what the file is called: ?name=sessions.csv.",
                {{"field", "name"}});
  }
  return std::make_unique<BareFile>(services, uploads, call);
}

Response list(const api::Uploads& uploads) {
  constexpr std::size_t kMostListed = 1000;
  Json json = Json::array();
  for (const api::Upload& upload : uploads.list()) {
    if (json.size() == kMostListed) break;
    json.push_back(upload_json(upload));
  }
  return json_response({{"uploads", json}});
}

Response one(const api::Uploads& uploads, const Call& call) {
  const auto upload = uploads.find(call.path.at("id"));
  if (!upload) throw Error("E-NOT-FOUND", "There is no such upload.");
  return json_response(upload_json(*upload));
}

Response importable(const Services& services) {
  const api::ImportRoots roots = api::ImportRoots::of(services.workspace);
  const api::ImportableFiles found = api::importable_files(roots);
  Json names = Json::array();
  for (const auto& root : roots.roots()) names.push_back(root.string());
  Json files = Json::array();
  for (const api::ImportableFile& file : found.files) {
    files.push_back({{"path", file.path.string()},
                     {"type", file.type},
                     {"bytes", file.bytes},
                     {"modified_at", file.modified_at}});
  }
  return json_response({{"roots", names}, {"files", files}, {"is_cut", found.is_cut}});
}

}  // namespace

std::vector<Endpoint> upload_endpoints(Services& services) {
  const auto uploads = std::make_shared<api::Uploads>(services.workspace);
  const Access admins = Access::from(Role::kAdmin, Scope::kManage);
  const Parameter id = {"id", text().between(1, 64), true};
  return {
      {.method = "POST",
       .path = "/api/v1/uploads",
       .tag = "uploads",
       .summary = "Uploads a file",
       .description = "The file itself, with its name as parameter, or multipart/form-data with "
                      "one file. It gets a name of its own in the home's imports; what it was "
                      "called is kept for people. Nothing is left of one that does not arrive.",
       .access = admins,
       .query_parameters = {{"name", text().between(1, kLongestName)}},
       .body_limit = kLargestBody,
       .answers = {{201, "The file is there", upload_schema()}},
       .problems = {413, 415, 422, 503, 507},
       .receive = [&services,
                   uploads](const Call& call) { return receive(services, uploads, call); },
       .received_type = "application/octet-stream",
       .lane = [](const Call&) { return Lane::kLong; }},
      {.method = "GET",
       .path = "/api/v1/uploads",
       .tag = "uploads",
       .summary = "Uploaded files",
       .description = "Those that come at the moment first, then the newest.",
       .access = admins,
       .answers = {{200, "The files", object({required("uploads", list_of(upload_schema()))})}},
       .run = [uploads](const Call&) { return list(*uploads); }},
      {.method = "GET",
       .path = "/api/v1/uploads/{id}",
       .tag = "uploads",
       .summary = "One uploaded file, also while it comes",
       .access = admins,
       .path_parameters = {id},
       .answers = {{200, "The file", upload_schema()}},
       .problems = {404},
       .run = [uploads](const Call& call) { return one(*uploads, call); }},
      {.method = "DELETE",
       .path = "/api/v1/uploads/{id}",
       .tag = "uploads",
       .summary = "Deletes an uploaded file",
       .description = "Not while a connected source reads it.",
       .access = admins,
       .path_parameters = {id},
       .answers = {{204, "It is deleted", {}}},
       .problems = {404, 409},
       .run =
           [&services, uploads](const Call& call) {
             uploads->remove(call.path.at("id"));
             audit(services, *call.who, call.request.address, "upload.remove",
                   "upload " + call.path.at("id"));
             return no_content();
           }},
      {.method = "GET",
       .path = "/api/v1/imports",
       .tag = "uploads",
       .summary = "Files that a source may name",
       .description = "CSV and Parquet files below the import roots, not too many.",
       .access = admins,
       .answers = {{200, "The roots and files",
                    object({required("roots", list_of(text())),
                            required("files",
                                     list_of(object({required("path", text()),
                                                     required("type", word({"csv", "parquet"})),
                                                     required("bytes", integer()),
                                                     required("modified_at", moment())}))),
                            required("is_cut", boolean().about("There are more."))})}},
       .run = [&services](const Call&) { return importable(services); }},
  };
}

}  // namespace ca::endpoints
