"""Pictures to prepare, and networks with random weights that their own frameworks make and run.

The frameworks run in a process of their own: this one stays as the app's is.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIZES = ((500, 300), (300, 500), (224, 224), (256, 256), (255, 257), (640, 480), (100, 80), (31, 400), (3, 2))

IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
PROCESSORS = {
    "convnextv2-tiny-22k-224": {
        "crop_pct": 0.875,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_processor_type": "ConvNextImageProcessor",
        "resample": 3,
        "rescale_factor": 0.00392156862745098,
        "size": {"shortest_edge": 224},
        **IMAGENET,
    },
    "vit-base": {
        "do_normalize": True,
        "do_resize": True,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
        "image_processor_type": "ViTImageProcessor",
        "resample": 2,
        "size": 224,
    },
    "swin-tiny": {
        "do_normalize": True,
        "do_resize": True,
        "feature_extractor_type": "ViTFeatureExtractor",
        "resample": 3,
        "size": 224,
        **IMAGENET,
    },
    "clip": {
        "crop_size": 224,
        "do_center_crop": True,
        "do_normalize": True,
        "do_resize": True,
        "feature_extractor_type": "CLIPFeatureExtractor",
        "image_mean": [0.48145466, 0.4578275, 0.40821073],
        "image_std": [0.26862954, 0.26130258, 0.27577711],
        "resample": 3,
        "size": 224,
    },
}
"""Encoder's name -> what its preprocessor_config.json on the hub says."""
PROCESSORS["convnextv2-tiny-1k-224"] = PROCESSORS["convnextv2-tiny-22k-224"]


def photos(sizes=SIZES) -> list[Image.Image]:
    """Soft colours, noise and a hard-edged white box, of several sizes and shapes."""
    random = np.random.default_rng(0)
    made = []
    for width, height in sizes:
        ground = random.integers(0, 256, (max(1, height // 90), max(1, width // 90), 3), np.uint8)
        pixels = np.asarray(Image.fromarray(ground).resize((width, height), Image.Resampling.BICUBIC)).astype(
            int
        )
        pixels = pixels + random.integers(-20, 21, pixels.shape)
        pixels[height // 4 : height // 2, width // 3 : width // 2] = 255
        made.append(Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)))
    return made


def run(code: str, *arguments: object) -> None:
    """Run a framework in a process of its own."""
    done = subprocess.run([sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def save_photos(file: Path, pictures: list[Image.Image]) -> Path:
    np.savez(file, *[np.asarray(picture) for picture in pictures])
    return file


KERAS = """
import sys
import h5py
import keras
import numpy as np
from keras.src.legacy.saving import legacy_h5_format

builder, module, pictures, folder = sys.argv[1:]
keras.utils.set_random_seed(0)
x = np.load(pictures).astype("float32")
model = getattr(keras.applications, builder)(
    include_top=False, pooling="avg", input_shape=x.shape[1:], weights=None
)
x = getattr(keras.applications, module).preprocess_input(x)
random = np.random.default_rng(0)
for layer in model.layers:
    if isinstance(layer, keras.layers.BatchNormalization):
        if layer.scale:
            layer.gamma.assign(random.uniform(0.5, 1.5, layer.gamma.shape))
        layer.beta.assign(random.normal(0, 0.3, layer.beta.shape))
        layer.momentum = 0.0
# One step of training sets every normalisation to what it sees: else outputs would hardly differ.
model(x, training=True)
y = model.predict(x, verbose=0)
np.save(f"{folder}/expected.npy", y / np.linalg.norm(y, axis=1, keepdims=True))
print(model.count_params(), file=open(f"{folder}/numbers.txt", "w"))
model.save_weights(f"{folder}/new.weights.h5")
with h5py.File(f"{folder}/old.h5", "w") as file:
    legacy_h5_format.save_weights_to_hdf5_group(file, model)
"""


def make_application(builder: str, module: str, pictures: np.ndarray, folder: Path) -> np.ndarray:
    """Save a network of keras.applications in both of Keras's formats, and how many numbers it has.

    Returns its vectors of `pictures`.
    """
    np.save(folder / "pictures.npy", pictures)
    run(KERAS, builder, module, folder / "pictures.npy", folder)
    return np.load(folder / "expected.npy")


TRANSFORMERS = """
import json
import sys
import numpy as np
import torch
import transformers
from PIL import Image

model_type, kind, pooling, folder = sys.argv[1:]
torch.manual_seed(0)
config = json.load(open(f"{folder}/wanted.json"))
model = getattr(transformers, kind)(transformers.AutoConfig.for_model(model_type, **config)).eval()
with torch.no_grad():
    for name, values in model.named_parameters():
        # As made, networks answer nearly the same to everything.
        if values.ndim < 2 or "norm" in name or "grn" in name:
            values.add_(torch.randn_like(values) * 0.2)
        elif "position" not in name:
            values.mul_(2.5)
model.save_pretrained(folder)
torch.save(model.state_dict(), f"{folder}/old_weights.bin")
processor = transformers.AutoImageProcessor.from_pretrained(folder)
pictures = [Image.fromarray(pixels) for pixels in np.load(f"{folder}/pictures.npz").values()]
x = torch.from_numpy(np.concatenate([np.asarray(processor(one)["pixel_values"]) for one in pictures]))
with torch.no_grad():
    said = model.base_model(pixel_values=x)
    y = said.pooler_output if pooling == "pooler" else said.last_hidden_state[:, 0]
np.save(f"{folder}/expected.npy", torch.nn.functional.normalize(y).numpy())
"""


def make_pretrained(
    folder: Path,
    name: str,
    model_type: str,
    kind: str,
    pooling: str,
    config: dict,
    pictures: list[Image.Image],
) -> np.ndarray:
    """Save a network of transformers, as `kind` of its classes, and return its vectors of `pictures`.

    Prepared by the library's own processor, as the hub's file for encoder `name` tells it.
    """
    folder.mkdir(exist_ok=True)
    (folder / "wanted.json").write_text(json.dumps(config))
    (folder / "preprocessor_config.json").write_text(json.dumps(PROCESSORS[name]))
    save_photos(folder / "pictures.npz", pictures)
    run(TRANSFORMERS, model_type, kind, pooling, folder)
    return np.load(folder / "expected.npy")
