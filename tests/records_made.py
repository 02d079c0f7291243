"""Records as the tool makes them, without drawing for each."""

from imagegen import record
from imagegen.errors import Notice
from imagegen.record import Encoding, Record
from imagegen.request import Request


def a_record(prompt: str = "red cat", negative: str = "", model: str = "storybook") -> Record:
    return Record(
        file="x.png",
        created="2026-01-01T00:00:00+00:00",
        request=Request(prompts=(prompt,), guidance=0.0),
        plan=record.Drawing(
            prompt=prompt,
            negative_prompt=negative,
            seed=7,
            steps=20,
            scheduler="dpm++-2m-karras",
            guidance=4.5,
            width=512,
            height=768,
        ),
        model=record.Model(
            id=model,
            revision=None,
            pipeline="StableDiffusionPipeline",
            files={"unet/x.safetensors": "abcdef0123456789" * 4, "vae/x.safetensors": "0" * 64},
        ),
        scheduler=record.Scheduling(
            name="dpm++-2m-karras",
            class_name="DPMSolverMultistepScheduler",
            label="DPM++ 2M",
            spacing="Karras",
            config={"beta_start": 0.1},
        ),
        machine=record.Placed(
            device="cpu", name="a CPU", precision="bfloat16", threads=2, system="Linux"
        ),
        versions={"imagegen": "0.1.0"},
        batch=record.Batch(size=1, position=1),
        seconds={"load": 1.5},
        pixels_sha256="0" * 64,
        encoding=Encoding(format="png", quality=None, decoded_sha256="0" * 64, metadata="full"),
        warnings=(Notice("flat-picture", "it is flat", "another seed"),),
    )
