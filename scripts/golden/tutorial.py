"""The tutorial's network, its data loaders, one training epoch and the test."""
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

try:
    import torchvision
    from PIL import Image
    from torchvision import transforms
except ImportError:  # only the headers without images can be made
    torchvision = Image = transforms = None

SIDE, PIXELS, HIDDEN, CLASSES, DROPOUT = 28, 784, 128, 10, 0.2
TENSORS = ("d1.weight", "d1.bias", "d2.weight", "d2.bias")


class Model(nn.Module):
    """loss "tutorial": the outputs are softmax probabilities; "logits": the logits."""

    def __init__(self, loss):
        super().__init__()
        self.loss = loss
        self.d1 = nn.Linear(PIXELS, HIDDEN)
        self.dropout = nn.Dropout(p=DROPOUT)
        self.d2 = nn.Linear(HIDDEN, CLASSES)

    def logits(self, images):
        return self.d2(self.dropout(F.relu(self.d1(images))))

    def forward(self, images):
        logits = self.logits(images)
        return F.softmax(logits, dim=1) if self.loss == "tutorial" else logits


class Metrics:
    """Loss and accuracy totals over the batches of an epoch or of the test set."""

    def __init__(self, batch_size):
        self.batch_size = batch_size
        self.batches = self.images = self.correct = self.sum_batch_percent = 0
        self.sum_batch_loss = self.sum_image_loss = 0.0

    def add(self, images, correct, loss=0.0):
        self.batches += 1
        self.images += images
        self.correct += correct
        self.sum_batch_percent += 100 * correct // self.batch_size
        self.sum_batch_loss += loss
        self.sum_image_loss += loss * images

    def tutorial_mean(self, total):
        """The tutorial divides by the index of the last batch, not by the number of batches."""
        return total / max(1, self.batches - 1)

    def tutorial_loss(self):
        return self.tutorial_mean(self.sum_batch_loss)

    def tutorial_accuracy(self):
        return self.tutorial_mean(self.sum_batch_percent)

    def loss(self):
        return self.sum_image_loss / self.images


class TransformedImages(Dataset):
    """Pairs of an index and an image, converted as torchvision.datasets.MNIST does."""

    def __init__(self, images, named_transforms):
        self.images = images
        self.transform = compose(named_transforms, transforms.ToTensor())

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return index, self.transform(pil_image(self.images[index]))


def pil_image(image):
    return Image.fromarray(image.reshape(SIDE, SIDE).numpy())


def rotation(degrees):
    return "RandomRotation", degrees


def vertical_flip(probability):
    return "RandomVerticalFlip", probability


def horizontal_flip(probability):
    return "RandomHorizontalFlip", probability


def compose(named_transforms, *others):
    """named_transforms: pairs of a torchvision class's name and its argument."""
    return transforms.Compose([getattr(transforms, n)(a) for n, a in named_transforms] +
                              list(others))


def data_loader(images, batch_size, shuffle, named_transforms=()):
    """A DataLoader of (indices, images) batches; without transforms, of (indices,) batches."""
    if named_transforms:
        dataset = TransformedImages(images, named_transforms)
    else:
        dataset = TensorDataset(torch.arange(len(images)))
    return DataLoader(dataset, batch_size=batch_size, shuffle=shuffle, num_workers=0)


def as_floats(images):
    return images.float().div(255)


def count_correct(outputs, labels):
    return int((outputs.max(1)[1] == labels).sum())


def train_epoch(model, optimizer, batches, data, batch_size):
    """Returns the metrics, the order of the images and the mean loss of each batch."""
    images, labels = data
    metrics, order, losses = Metrics(batch_size), [], []
    model.train()
    for indices, *transformed in batches:
        optimizer.zero_grad()
        outputs = model(transformed[0].flatten(1) if transformed else as_floats(images[indices]))
        loss = F.cross_entropy(outputs, labels[indices])
        loss.backward()
        optimizer.step()
        metrics.add(len(indices), count_correct(outputs, labels[indices]), loss.item())
        order.append(indices)
        losses.append(loss.item())
    return metrics, torch.cat(order).numpy(), losses


def evaluate(model, batches, data, batch_size):
    images, labels = data
    metrics = Metrics(batch_size)
    model.eval()
    with torch.no_grad():
        for (indices,) in batches:
            outputs = model(as_floats(images[indices]))
            metrics.add(len(indices), count_correct(outputs, labels[indices]))
    return metrics
