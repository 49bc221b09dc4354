"""SavedModels that write text without this package: generator and tokenizer in one."""

import numpy as np
import tensorflow as tf

from tfgan_zoo.training import decoding, export, randomness

# Sentences written at a time.
_CHUNK = 256


def export_generator(model, filepath):
    """Write a text model as a SavedModel.

    Signatures:

    * `sample`: `n` int32, `seed` int64, `temperature` float32, all scalars -> `tokens` int32 [n, T] and
      `texts` string [n], those of `model.generate(n, seed, temperature=…)`;
    * `serving_default`: `prompts` string [B], `seed`, `temperature` -> the same, sentences that begin with
      the prompts (an empty one is none; an unknown word is an error that names it);
    * `score`: `texts` string [B] -> `log_probabilities` float32 [B, T], in nats, 0 after the end.

    A model without a tokenizer takes `prompts` and `texts` as int32 tokens, `prompts` [B, P] filled with 0
    and `tokens` [B, T], and returns tokens alone.

    Args:
        model: a `TextModel`.
        filepath: folder to write.

    Raises:
        FileExistsError: filepath is there and is not a SavedModel.
    """
    export.write_savedmodel(
        filepath, lambda folder: (_write_signatures(model, folder), _write_extras(model, folder))
    )


def _write_signatures(model, folder):
    tokenizer, spec = model.tokenizer, model.tokens

    def answer(tokens):
        texts = {} if tokenizer is None else {"texts": tokenizer.texts(tokens)}
        return {"tokens": tokens, **texts}

    def written(uniforms, temperature, prefix):
        return decoding.sample(
            model.generator,
            uniforms,
            spec.end_token,
            temperature=temperature,
            prefix=prefix,
            without=model.unwanted,
        )

    def write(n, seed, temperature, prefix=None):
        """Write n sentences, some at a time, which bounds the memory of a large request."""
        uniforms = randomness.uniforms(n, (spec.length,), seed)
        if prefix is None:
            prefix = tf.zeros([n, spec.length], tf.int32)
        size = tf.clip_by_value(n, 1, _CHUNK)
        chunks = tf.maximum((n + size - 1) // size, 1)

        def in_chunks(rows):
            # The last chunk is filled with zeros, cut off again below.
            padded = tf.pad(rows, [[0, chunks * size - n], [0, 0]])
            return tf.reshape(padded, [chunks, size, spec.length])

        tokens = tf.map_fn(
            lambda rows: written(rows[0], temperature, rows[1]),
            (in_chunks(uniforms), in_chunks(prefix)),
            fn_output_signature=tf.TensorSpec([None, spec.length], tf.int32),
            parallel_iterations=1,
        )
        return answer(tf.reshape(tokens, [-1, spec.length])[:n])

    def complete(prompts, seed, temperature):
        prefix = prompts if tokenizer is None else tokenizer.prompts(prompts)
        missing = spec.length - tf.shape(prefix)[1]
        fits = tf.debugging.assert_non_negative(
            missing, f"prompts are longer than the {spec.length} tokens of a sentence"
        )
        with tf.control_dependencies([fits]):
            missing = tf.identity(missing)
        prefix = tf.ensure_shape(tf.pad(prefix, [[0, 0], [0, missing]]), [None, spec.length])
        return write(tf.shape(prompts)[0], seed, temperature, prefix)

    def score(sentences):
        tokens = sentences if tokenizer is None else tokenizer.tokens(sentences)
        log_probs, _ = decoding.log_probabilities(model.generator, tokens)
        return {"log_probabilities": log_probs * model.mask_of(tokens)}

    seed = tf.TensorSpec([], tf.int64, name="seed")
    temperature = tf.TensorSpec([], tf.float32, name="temperature")
    if tokenizer is None:
        prompts = tf.TensorSpec([None, None], tf.int32, name="prompts")
        sentences = tf.TensorSpec([None, spec.length], tf.int32, name="tokens")
    else:
        prompts = tf.TensorSpec([None], tf.string, name="prompts")
        sentences = tf.TensorSpec([None], tf.string, name="texts")
    served = tf.Module()
    # What the functions below read; a SavedModel holds what hangs in it.
    served.weights = [v.value for network in model.writers for v in network.variables]
    served.tokenizer = tokenizer
    served.endpoints = {
        "serving_default": tf.function(complete, [prompts, seed, temperature]),
        "sample": tf.function(
            lambda n, seed, temperature: write(n, seed, temperature),
            [tf.TensorSpec([], tf.int32, name="n"), seed, temperature],
        ),
        "score": tf.function(score, [sentences]),
    }
    tf.saved_model.save(served, str(folder), served.endpoints)


def _write_extras(model, folder):
    tokens = model.generate(export.REFERENCE_SAMPLES, seed=export.REFERENCE_SEED)
    reference = {"tokens": tokens, "log_probabilities": model.log_probabilities(tokens)[0]}
    if model.tokenizer is not None:
        reference["texts"] = np.array(model.texts(tokens))
    info = {"vocabulary_size": model.tokens.vocabulary_size, "length": model.tokens.length}
    export.write_extras(model, folder, reference, info)
