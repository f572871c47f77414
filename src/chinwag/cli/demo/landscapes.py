"""Landscapes, drawn from a seed: nothing is downloaded, nobody is in them."""

import io
import math
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of an hour: sky from top to horizon, the sun, the nearest ridge, the water."""

    top: Colour
    low: Colour
    sun: Colour
    near: Colour
    water: bool = True


DUSK = Light((38, 46, 92), (244, 158, 112), (255, 226, 176), (28, 30, 52))
NOON = Light((74, 144, 204), (206, 230, 240), (255, 252, 238), (38, 84, 70))
MIST = Light((150, 168, 178), (226, 224, 212), (250, 246, 232), (64, 82, 86))
MEADOW = Light((98, 164, 214), (246, 236, 204), (255, 246, 214), (70, 112, 52), water=False)
NIGHT = Light((8, 12, 34), (40, 62, 104), (236, 240, 250), (6, 10, 22))


def landscape(seed: int, light: Light, width: int = 1600, height: int = 1200) -> bytes:
    """A view of ridges one behind the other, over a lake or a meadow, as a JPEG."""
    chance = random.Random(seed)  # noqa: S311 - a drawing
    horizon = int(height * chance.uniform(0.5, 0.62))
    picture = _sky(light, width, height, horizon)
    _sun(picture, light, chance, horizon)
    layers = 5
    for layer in range(layers):
        far = 1 - layer / (layers - 1)
        foot = horizon + int((1 - far) ** 2 * height * 0.1)
        rise = height * (0.06 + 0.24 * far * chance.uniform(0.6, 1.0))
        ridge = _ridge(chance, width, foot, rise, rough=0.35 + 0.3 * (1 - far))
        colour = _mixed(light.near, light.low, 0.12 + 0.72 * far)
        ImageDraw.Draw(picture).polygon([*ridge, (width, height), (0, height)], fill=colour)
        picture = _hazy(picture, light, foot, far)
    shore = horizon + int(height * 0.1)
    _ground(picture, light, chance, shore)
    return _jpeg(_grain(picture, seed))


def _sky(light: Light, width: int, height: int, horizon: int) -> Image.Image:
    column = Image.new("RGB", (1, height))
    for y in range(height):
        part = min(1.0, y / horizon) ** 1.3
        column.putpixel((0, y), _mixed(light.low, light.top, 1 - part))
    return column.resize((width, height))


def _sun(picture: Image.Image, light: Light, chance: random.Random, horizon: int) -> None:
    width = picture.width
    x, y = int(width * chance.uniform(0.2, 0.8)), int(horizon * chance.uniform(0.35, 0.75))
    glow = Image.new("L", (width // 8, picture.height // 8), 0)
    draw = ImageDraw.Draw(glow)
    for radius, strength in ((70, 26), (42, 52), (22, 96)):
        spot = (x // 8 - radius, y // 8 - radius, x // 8 + radius, y // 8 + radius)
        draw.ellipse(spot, fill=strength)
    soft = glow.filter(ImageFilter.GaussianBlur(14)).resize(picture.size, Image.Resampling.BICUBIC)
    picture.paste(light.sun, mask=soft)
    radius = width // 42
    disc = Image.new("L", picture.size, 0)
    ImageDraw.Draw(disc).ellipse((x - radius, y - radius, x + radius, y + radius), fill=245)
    picture.paste(light.sun, mask=disc.filter(ImageFilter.GaussianBlur(2)))


def _ridge(
    chance: random.Random, width: int, foot: int, rise: float, rough: float
) -> list[tuple[int, int]]:
    """A line of hills: waves of ever shorter length and height."""
    waves = [
        (rough**octave, 2.2**octave * chance.uniform(1.2, 2.6), chance.uniform(0, math.tau))
        for octave in range(7)
    ]
    whole = sum(strength for strength, _, _ in waves)
    line = []
    for x in range(0, width + 4, 4):
        lift = sum(
            strength * (0.5 + 0.5 * math.sin(phase + often * math.pi * x / width))
            for strength, often, phase in waves
        )
        line.append((x, int(foot - rise * lift / whole)))
    return line


def _hazy(picture: Image.Image, light: Light, foot: int, far: float) -> Image.Image:
    """Air between the ridges: more of it low down and far away."""
    mask = Image.new("L", (1, picture.height), 0)
    for y in range(max(0, foot - 160), picture.height):
        near = min(1.0, max(0.0, (y - foot + 160) / 160))
        mask.putpixel((0, y), int(90 * far * near))
    veil = Image.new("RGB", picture.size, light.low)
    return Image.composite(veil, picture, mask.resize(picture.size))


def _ground(picture: Image.Image, light: Light, chance: random.Random, shore: int) -> None:
    width, height = picture.size
    if light.water:
        depth = height - shore
        above = picture.crop((0, max(0, shore - depth), width, shore))
        mirror = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, depth))
        mirror = Image.blend(mirror, Image.new("RGB", mirror.size, light.top), 0.28)
        picture.paste(mirror.filter(ImageFilter.GaussianBlur(3)), (0, shore))
        ripples = ImageDraw.Draw(picture, "RGBA")
        for _ in range(520):
            down = chance.random() ** 1.6
            y = shore + int(down * depth)
            x, long = chance.randrange(width), int((10 + 90 * down) * chance.uniform(0.3, 1))
            ripples.line((x, y, x + long, y), fill=(*light.low, int(14 + 34 * down)), width=2)
        return
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, shore, width, height), fill=_mixed(light.near, light.low, 0.18))
    blades = sorted(chance.random() for _ in range(9000))
    for down in blades:
        y = shore + int(down * (height - shore))
        x, tall = chance.randrange(width), int(6 + 46 * down)
        colour = _mixed(light.near, light.low, chance.uniform(0.02, 0.42))
        draw.line((x, y, x + chance.randint(-8, 8), y - tall), fill=colour, width=1 + int(2 * down))
        if chance.random() < 0.02:
            petal = chance.choice([(236, 92, 80), (250, 214, 90), (244, 240, 250)])
            size = 2 + int(6 * down)
            draw.ellipse((x - size, y - tall - size, x + size, y - tall + size), fill=petal)


def _grain(picture: Image.Image, seed: int) -> Image.Image:
    """A little of what every camera adds."""
    size = (256, 256)
    chance = random.Random(seed + 1)  # noqa: S311 - a drawing
    tile = Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))
    noise = Image.new("L", picture.size)
    for x in range(0, picture.width, size[0]):
        for y in range(0, picture.height, size[1]):
            noise.paste(tile, (x, y))
    grey = noise.point(lambda value: 122 + value // 21).convert("RGB")
    return ImageChops.add(picture, grey, offset=-128)


def _mixed(one: Colour, other: Colour, part: float) -> Colour:
    first, second, third = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return first, second, third


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()
