# The app and its API, with the synthetic demo, on a CPU, for visitors who may look and classify:
#   docker build -t product-lens .
#   docker run --rm -p 8501:8501 product-lens
# Under another name than localhost: -e PRODUCT_LENS_HOSTS=lens.example.com. For a team that logs in and writes:
# -e PRODUCT_LENS_MODE=team -e PRODUCT_LENS_WRITERS=ann@example.com, and .streamlit/secrets.toml mounted (SECURITY.md).
FROM python:3.11-slim

# TORCH=cpu takes torch's build for CPUs from PyTorch's own index: the image is some gigabytes smaller.
ARG TORCH=""
# Address of another index that has this build (torch 2.13.0+cpu), where PyTorch's own cannot be reached.
ARG EXTRA_INDEX=""

RUN useradd --create-home --uid 1000 lens
WORKDIR /app

# A layer of its own: a change of the code installs nothing again. Compiled here, since the app's user cannot write.
COPY requirements_base.txt requirements.txt ./
RUN python -m pip install --no-cache-dir --target /uv uv \
    && /uv/bin/uv pip install --system --no-cache --compile-bytecode ${TORCH:+--torch-backend "$TORCH"} \
        ${EXTRA_INDEX:+--index "$EXTRA_INDEX" --index-strategy unsafe-best-match} -r requirements.txt \
    && rm -r /uv

COPY --chown=1000:1000 . .
USER 1000
ENV PYTHONUNBUFFERED=1 \
    MALLOC_ARENA_MAX=2 \
    PRODUCT_LENS_MODE=public \
    PRODUCT_LENS_ARTIFACTS=/app/artifacts \
    PRODUCT_LENS_BUNDLE=demo \
    PRODUCT_LENS_CACHE=/home/lens/cache

# Both encoders and a dictionary are written to the cache when they are first used: no visitor shall wait for that.
RUN python -c "from core.serving.predictor import Predictor; print(Predictor.load('artifacts/demo').classify('mug').ranked[0])" \
    && python -c "from core.heads.text.lemmas import lemmatizer; print(lemmatizer()('mugs'))"

EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "core", "serve", "--host", "0.0.0.0", "--port", "8501", "--headless"]
