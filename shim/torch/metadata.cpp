// SPDX-License-Identifier: MIT
#include "metadata.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <set>
#include <utility>

#include "failure.hpp"

namespace rs::torch {
namespace {

[[noreturn]] void fail(const std::string &sentence) {
  throw Failure(RS_ERR_SYNTAX, "restart.json: " + sentence);
}

// A string, a number or a list of numbers: nothing else is in a flat object.
struct Value {
  enum class Kind { text, number, list } kind = Kind::text;
  std::string text;
  std::vector<double> numbers;
};

class Reader {
public:
  explicit Reader(const std::string &text) : text_(text) {
  }

  // The next character that is no blank; '\0' at the end.
  char peek() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) && text_[at_])
      at_++;
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void take(char wanted) {
    if (peek() != wanted)
      fail(std::string("'") + wanted + "' was expected at byte " + std::to_string(at_));
    at_++;
  }

  bool took(char wanted) {
    const bool there = peek() == wanted;
    at_ += there;
    return there;
  }

  std::string string() {
    take('"');
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      const auto c = static_cast<unsigned char>(text_[at_]);
      if (c == '\\' || c < 0x20)
        fail("a text with an escape at byte " + std::to_string(at_));
      at_++;
    }
    if (at_ == text_.size())
      fail("a text does not end");
    return text_.substr(begin, at_++ - begin);
  }

  double number() {
    peek();
    const char *begin = text_.data() + at_, *end = text_.data() + text_.size();
    const char *digit = begin + (begin < end && *begin == '-');
    double value = 0;
    const auto [rest, error] = std::from_chars(begin, end, value);
    const bool starts = digit < end && *digit >= '0' && *digit <= '9';
    const bool octal =
        starts && *digit == '0' && rest - digit > 1 && digit[1] >= '0' && digit[1] <= '9';
    if (error != std::errc() || !starts || octal || rest[-1] == '.')
      fail("no number at byte " + std::to_string(at_));
    at_ = static_cast<std::size_t>(rest - text_.data());
    return value;
  }

  Value value() {
    Value v;
    if (peek() == '"') {
      v.text = string();
    } else if (took('[')) {
      v.kind = Value::Kind::list;
      if (took(']'))
        return v;
      do
        v.numbers.push_back(number());
      while (took(','));
      take(']');
    } else {
      v.kind = Value::Kind::number;
      v.numbers.push_back(number());
    }
    return v;
  }

private:
  const std::string &text_;
  std::size_t at_ = 0;
};

double number(const std::string &key, const Value &v) {
  if (v.kind != Value::Kind::number)
    fail("\"" + key + "\" is to be a number");
  return v.numbers[0];
}

// Whole numbers up to 2^53, which double holds exactly.
std::int64_t whole(const std::string &key, double value) {
  if (!(std::fabs(value) <= 9007199254740992.0) || value != std::floor(value))
    fail("\"" + key + "\" is to be a whole number");
  return static_cast<std::int64_t>(value);
}

struct Word {
  const char *name;
  std::int32_t value;
};
using Words = std::vector<Word>;

std::int32_t word(const std::string &key, const Value &v, const Words &words) {
  std::string known;
  for (const Word &w : words) {
    if (v.kind == Value::Kind::text && v.text == w.name)
      return w.value;
    known += std::string(known.empty() ? "" : ", ") + w.name;
  }
  fail("\"" + key + "\" is to be one of: " + known);
}

const Words floats = {{"float32", RS_TORCH_FLOAT32},
                      {"float64", RS_TORCH_FLOAT64},
                      {"float16", RS_TORCH_FLOAT16},
                      {"bfloat16", RS_TORCH_BFLOAT16}};
const Words processes = {
    {"ve", RS_PROCESS_VE},       {"vp", RS_PROCESS_VP},     {"discrete", RS_PROCESS_DISCRETE},
    {"iddpm", RS_PROCESS_IDDPM}, {"flow", RS_PROCESS_FLOW}, {"pfgmpp", RS_PROCESS_PFGMPP}};
const Words predictions = {{"denoiser", RS_PREDICT_DENOISER}, {"eps", RS_PREDICT_EPS},
                           {"edm_raw", RS_PREDICT_EDM_RAW},   {"v", RS_PREDICT_V},
                           {"score", RS_PREDICT_SCORE},       {"flow", RS_PREDICT_FLOW}};
const Words times = {{"sigma", RS_TIME_SIGMA}, {"log_sigma", RS_TIME_LOG_SIGMA},
                     {"t", RS_TIME_T},         {"t_1000", RS_TIME_T_1000},
                     {"index", RS_TIME_INDEX}, {"index_real", RS_TIME_INDEX_REAL}};
const Words betas = {{"linear", RS_BETAS_LINEAR},
                     {"scaled_linear", RS_BETAS_SCALED_LINEAR},
                     {"cosine", RS_BETAS_COSINE},
                     {"table", RS_BETAS_TABLE}};
const Words guidances = {
    {"none", RS_GUIDANCE_NONE}, {"calls", RS_GUIDANCE_CALLS}, {"doubled", RS_GUIDANCE_DOUBLED}};
const Words clips = {
    {"none", RS_CLIP_NONE}, {"static", RS_CLIP_STATIC}, {"dynamic", RS_CLIP_DYNAMIC}};

struct NumberKey {
  const char *name;
  double rs_model::*field;
};
const NumberKey numbers[] = {{"beta_min", &rs_model::beta_min},
                             {"beta_max", &rs_model::beta_max},
                             {"sigma_data", &rs_model::sigma_data},
                             {"aux_dimensions", &rs_model::aux_dimensions},
                             {"guidance_weight", &rs_model::guidance_weight},
                             {"guidance_rescale", &rs_model::guidance_rescale},
                             {"guidance_min", &rs_model::guidance_min},
                             {"guidance_max", &rs_model::guidance_max},
                             {"clip_low", &rs_model::clip_low},
                             {"clip_high", &rs_model::clip_high},
                             {"clip_quantile", &rs_model::clip_quantile}};

struct WordKey {
  const char *name;
  std::int32_t rs_model::*field;
  const Words &words;
};
const WordKey words[] = {{"process", &rs_model::process, processes},
                         {"prediction", &rs_model::prediction, predictions},
                         {"time", &rs_model::time, times},
                         {"betas", &rs_model::betas, betas},
                         {"guidance", &rs_model::guidance, guidances},
                         {"clip", &rs_model::clip, clips}};

bool model_key(const std::string &key, const Value &v, rs_model *model) {
  for (const NumberKey &k : numbers)
    if (key == k.name) {
      model->*k.field = number(key, v);
      return true;
    }
  for (const WordKey &k : words)
    if (key == k.name) {
      model->*k.field = word(key, v, k.words);
      return true;
    }
  return false;
}

std::vector<std::int64_t> shape(const Value &v) {
  if (v.kind != Value::Kind::list || v.numbers.empty() || v.numbers.size() > RS_TORCH_DIMS_MAX)
    fail("\"shape\" is to be a list of 1 to 8 numbers");
  std::vector<std::int64_t> dims;
  for (const double n : v.numbers)
    dims.push_back(whole("shape", n));
  return dims;
}

Words with_integer(Words all) {
  all.push_back({"int64", RS_TORCH_INT64});
  return all;
}

bool file_key(const std::string &key, const Value &v, Metadata *m) {
  if (key == "shape") {
    m->shape = shape(v);
  } else if (key == "dtype") {
    m->dtype = word(key, v, floats);
  } else if (key == "time_dtype") {
    m->time_dtype = word(key, v, with_integer(floats));
  } else if (key == "method") {
    if (v.kind != Value::Kind::text || v.text.empty())
      fail("\"method\" is to be a name");
    m->method = v.text;
  } else if (key == "classes") {
    m->classes = whole(key, number(key, v));
    if (m->classes < 1)
      fail("\"classes\" is to be at least 1");
  } else if (key == "label_for_none") {
    m->label_for_none = whole(key, number(key, v));
  } else if (key == "table_count") {
    const std::int64_t count = whole(key, number(key, v));
    if (count < 1)
      fail("\"table_count\" is to be at least 1");
    m->model.table_count = static_cast<std::size_t>(count);
  } else if (key == "alpha_bar") {
    if (v.kind != Value::Kind::list || v.numbers.empty())
      fail("\"alpha_bar\" is to be a list of numbers");
    m->alpha_bar = v.numbers;
  } else {
    return false;
  }
  return true;
}

void check(const Metadata &m) {
  const bool table = m.model.betas == RS_BETAS_TABLE;
  if (table == m.alpha_bar.empty())
    fail("\"betas\": \"table\" and \"alpha_bar\" go together");
  if (table && m.model.table_count && m.model.table_count != m.alpha_bar.size())
    fail("\"table_count\" is not the length of \"alpha_bar\"");
}

} // namespace

Metadata read_metadata(const std::string &text) {
  Metadata m;
  if (text.empty())
    return m;
  Reader reader(text);
  std::set<std::string> seen;
  reader.take('{');
  if (!reader.took('}')) {
    do {
      const std::string key = reader.string();
      reader.take(':');
      const Value value = reader.value();
      if (!seen.insert(key).second)
        fail("\"" + key + "\" stands there twice");
      if (!model_key(key, value, &m.model) && !file_key(key, value, &m))
        fail("\"" + key + "\" is not known");
    } while (reader.took(','));
    reader.take('}');
  }
  if (reader.peek() != '\0')
    fail("something stands after the object");
  check(m);
  if (!m.alpha_bar.empty())
    m.model.table_count = m.alpha_bar.size();
  return m;
}

} // namespace rs::torch
