using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>What a sidecar says of an image whose delta was made from several baselines.</summary>
internal static class SeveralBaselines
{
    private const string Others = "other_baselines";
    private const string Mode = "baseline_mode";
    private const string Any = "any";
    private const string All = "all";

    /// <summary>Reads the baselines beside the first, and whether all are needed.</summary>
    /// <param name="fields">The image.</param>
    /// <param name="image">What was read of it.</param>
    /// <param name="read">Reads a baseline.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, InvalidDigest.</exception>
    public static ArchiveImage Read(
        SidecarFields fields, ArchiveImage image, Func<JsonElement, ArchiveBaseline> read)
    {
        var mode = fields.NullableText(Mode);
        var others = fields.OptionalArray(Others).Take(ArchiveImage.MaximumBaselines).Select(read).ToImmutableArray();
        if (others.Length >= ArchiveImage.MaximumBaselines)
            throw SidecarFields.TooMuch(
                $"image '{image.Name}' has more than {ArchiveImage.MaximumBaselines} baselines");
        if (others.IsEmpty != mode is null)
            throw SidecarFields.Invalid($"image '{image.Name}' has {Others} without {Mode}, or the other way round");
        if (mode is not (null or Any or All))
            throw new DiffahException(DiffahErrors.ArchiveInvalid,
                $"The sidecar is not valid: image '{image.Name}' has the {Mode} '{ShortText.Cut(mode, 40)}', "
                    + "which this build does not know.",
                "Upgrade Diffah, or make the delta again with a version this build reads.");
        var digests = others.Select(o => o.ManifestDigest).Prepend(image.Baseline.ManifestDigest).ToArray();
        if (digests.Distinct().Count() != digests.Length)
            throw SidecarFields.Invalid($"image '{image.Name}' has a baseline twice");
        return image with { OtherBaselines = others, NeedsAllBaselines = mode == All };
    }

    /// <summary>
    /// Writes the baselines beside the first, and whether all are needed; nothing where there is one.
    /// </summary>
    /// <param name="json">Where to.</param>
    /// <param name="image">The image.</param>
    /// <param name="write">Writes the fields of a baseline.</param>
    public static void Write(
        Utf8JsonWriter json, ArchiveImage image, Action<Utf8JsonWriter, ArchiveBaseline> write)
    {
        if (image.OtherBaselines.IsEmpty)
            return;
        json.WriteString(Mode, image.NeedsAllBaselines ? All : Any);
        json.WriteStartArray(Others);
        foreach (var other in image.OtherBaselines)
        {
            json.WriteStartObject();
            write(json, other);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
