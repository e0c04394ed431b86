// SPDX-License-Identifier: MIT
// From C++, on the host's own job system: four textures are made at a time, each sampler is a job,
// and the exemplar model's work inside an evaluation is shared out as jobs too. One is cancelled
// by the main thread and taken up again later.
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include <restart/exemplar.hpp>
#include <restart/restart.hpp>

namespace {

constexpr int SIDE = 24, WIDE = 32, TEXTURES = 4, CANCELLED = 2;

// Workers and a queue. Whoever asks for parallel work does it too, so that a job which waits for
// its own parallel work never waits for a worker.
class Jobs {
public:
  explicit Jobs(unsigned workers) {
    for (unsigned i = 0; i < workers; i++)
      workers_.emplace_back([this] { work(); });
  }
  ~Jobs() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closed_ = true;
    }
    wake_.notify_all();
    for (std::thread &worker : workers_)
      worker.join();
  }
  void submit(std::function<void()> job, bool urgent = false) {
    const std::lock_guard<std::mutex> lock(mutex_);
    queue_.insert(urgent ? queue_.begin() : queue_.end(), std::move(job));
    wake_.notify_one();
  }
  // The sampler's executor. A helper that comes too late finds nothing to do.
  void parallel(std::size_t count, restart::Work work) {
    const auto loop = std::make_shared<Loop>(work, count);
    try {
      for (std::size_t i = 1; i < count && i <= workers_.size(); i++)
        submit([loop] { loop->help(); }, true);
    } catch (const std::bad_alloc &) { // fewer hands, the same work
    }
    loop->help();
    while (loop->done < count)
      std::this_thread::yield();
  }

private:
  struct Loop {
    Loop(restart::Work w, std::size_t n) : work(w), count(n) {
    }
    void help() {
      for (; next++ < count; done++)
        work();
    }
    restart::Work work;
    std::size_t count;
    std::atomic<std::size_t> next{0}, done{0};
  };

  void work() {
    for (;;) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return closed_ || !queue_.empty(); });
      if (queue_.empty())
        return;
      const std::function<void()> job = std::move(queue_.front());
      queue_.pop_front();
      lock.unlock();
      job();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> workers_;
  bool closed_ = false;
};

std::vector<float> bricks() {
  std::vector<float> picture;
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      picture.push_back(y % 6 == 0 || (x + y / 6 % 2 * 6) % 12 == 0 ? -0.8f : 0.4f);
  return picture;
}

restart::Exemplar wall() {
  return restart::Exemplar(bricks(), 1, SIDE, SIDE, SIDE, WIDE);
}

// One picture that is being made. Its exemplar is its own: it serves one evaluation at a time.
struct Texture {
  std::vector<float> x = std::vector<float>(SIDE * WIDE);
  std::atomic<int> steps{0};
  std::atomic<bool> running{true};
  std::exception_ptr error; // read when it is not running any more
  restart::Sampler sampler;

  explicit Texture(Jobs &jobs)
      : sampler(wall().options()
                    .set_executor([&](std::size_t n, restart::Work w) { jobs.parallel(n, w); })
                    .set_progress([this](const restart::Step &) { steps++; }),
                restart::Exemplar::schedule()) {
  }
};

// The same picture without threads.
std::vector<float> alone(std::uint64_t seed) {
  std::vector<float> x(SIDE * WIDE);
  restart::Sampler sampler(wall().options(), restart::Exemplar::schedule());
  sampler.sample(x, {seed});
  return x;
}

// Bricks are there: few pixels are of neither colour.
bool looks_right(const std::vector<float> &x) {
  std::size_t off = 0;
  for (const float v : x)
    off += std::fabs(v + 0.8f) > 0.2f && std::fabs(v - 0.4f) > 0.2f;
  return off < x.size() / 20;
}

void run(Jobs &jobs, std::vector<std::unique_ptr<Texture>> &textures) {
  for (std::uint64_t seed = 0; seed < TEXTURES; seed++)
    jobs.submit([t = textures[seed].get(), seed] {
      try {
        t->sampler.sample(t->x, {seed});
      } catch (...) {
        t->error = std::current_exception();
      }
      t->running = false;
    });
  int frames = 0;
  for (bool busy = true; busy; frames++) { // the main loop of a game
    busy = false;
    for (const auto &t : textures)
      busy |= t->running;
    if (textures[CANCELLED]->steps > 2)
      textures[CANCELLED]->sampler.stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  std::printf("%d frames\n", frames);
}

} // namespace

int main() {
  Jobs jobs(2);
  std::vector<std::unique_ptr<Texture>> textures;
  for (int i = 0; i < TEXTURES; i++)
    textures.push_back(std::make_unique<Texture>(jobs));
  run(jobs, textures);
  bool right = true;
  for (std::uint64_t seed = 0; seed < TEXTURES; seed++) {
    Texture &t = *textures[seed];
    if (t.error)
      std::rethrow_exception(t.error);
    std::printf("%s\n", t.sampler.message());
    while (!t.sampler.done()) // what was cancelled goes on where it was
      t.sampler.resume();
    right &= t.x == alone(seed) && looks_right(t.x);
  }
  std::puts(right ? "four walls, the same bits as without threads" : "WRONG");
  return !right;
}
