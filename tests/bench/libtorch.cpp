// The same training in libtorch, as fast as plain use of it goes: all images are floats before the
// clock starts, and a batch is one index_select. Prints JSON: seconds of an epoch after a warm-up.
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

namespace {

constexpr int64_t pixels = 784, hidden = 128, classes = 10, batch_size = 32, warm_up_steps = 200;

struct NetworkImpl : torch::nn::Module {
    torch::nn::Linear d1{pixels, hidden};
    torch::nn::Dropout dropout{0.2};
    torch::nn::Linear d2{hidden, classes};

    NetworkImpl() {
        register_module("d1", d1);
        register_module("dropout", dropout);
        register_module("d2", d2);
    }

    torch::Tensor forward(const torch::Tensor &images) {
        return torch::softmax(d2(dropout(torch::relu(d1(images)))), 1);
    }
};
TORCH_MODULE(Network);

struct Data {
    torch::Tensor images; // (count, pixels) from 0 to 1
    torch::Tensor labels; // (count)
};

// The values of a raw IDX file behind its header, one byte each.
torch::Tensor read_values(const std::string &path, std::streamoff header_bytes) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file)
        throw std::runtime_error(path + ": expected a raw IDX file, found none");
    const std::streamoff count = file.tellg() - header_bytes;
    if (count <= 0)
        throw std::runtime_error(path + ": expected values behind the header, found none");
    torch::Tensor values = torch::empty({count}, torch::kUInt8);
    file.seekg(header_bytes);
    file.read(reinterpret_cast<char *>(values.data_ptr<uint8_t>()), count);
    return values;
}

Data load(const std::string &folder) {
    const torch::Tensor images = read_values(folder + "/train-images-idx3-ubyte", 16);
    const torch::Tensor labels = read_values(folder + "/train-labels-idx1-ubyte", 8);
    return {images.view({-1, pixels}).to(torch::kFloat32).div(255), labels.to(torch::kInt64)};
}

struct Figures {
    double loss = 0.0;
    int64_t right = 0;
};

// The first `steps` batches of an epoch.
Figures train(const Data &data, int64_t steps, Network &network, torch::optim::Adam &optimiser) {
    Figures figures;
    const torch::Tensor order = torch::randperm(data.images.size(0), torch::kInt64);
    for (int64_t step = 0; step < steps; step++) {
        const torch::Tensor chosen = order.slice(0, step * batch_size, (step + 1) * batch_size);
        const torch::Tensor images = data.images.index_select(0, chosen);
        const torch::Tensor labels = data.labels.index_select(0, chosen);
        const torch::Tensor probabilities = network(images);
        const torch::Tensor loss = torch::nn::functional::cross_entropy(probabilities, labels);
        optimiser.zero_grad();
        loss.backward();
        optimiser.step();
        figures.loss += loss.item<double>();
        figures.right += probabilities.argmax(1).eq(labels).sum().item<int64_t>();
    }
    return figures;
}

void run(const std::string &folder, int threads) {
    at::set_num_threads(threads);
    torch::manual_seed(0);
    const Data data = load(folder);
    const int64_t images = data.images.size(0);
    const int64_t steps = (images + batch_size - 1) / batch_size;
    Network network;
    network->train();
    torch::optim::Adam optimiser(network->parameters(), torch::optim::AdamOptions(0.001));
    train(data, std::min(warm_up_steps, steps), network, optimiser);

    const auto begun = std::chrono::steady_clock::now();
    const Figures figures = train(data, steps, network, optimiser);
    const std::chrono::duration<double> epoch = std::chrono::steady_clock::now() - begun;
    std::printf("{\"epoch\": %.6f, \"threads\": %d, \"version\": \"%s\", \"loss\": %.4f, "
                "\"accuracy\": %.2f}\n",
                epoch.count(), at::get_num_threads(), TORCH_VERSION,
                figures.loss / static_cast<double>(steps),
                100.0 * static_cast<double>(figures.right) / static_cast<double>(images));
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 3) {
        std::fprintf(stderr, "libtorch: expected a folder of MNIST's raw files, and threads\n");
        return 2;
    }
    try {
        run(argv[1], std::atoi(argv[2]));
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "libtorch: %s\n", problem.what());
        return 1;
    }
    return 0;
}
