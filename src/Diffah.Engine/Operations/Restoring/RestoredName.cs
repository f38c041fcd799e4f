using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Operations.Restoring;

/// <summary>
/// Gives an image that is restored to a Docker archive a name, so that docker load has one for it: where the
/// destination says none, the baseline's repository with the tag that the target had when the delta was made. What is
/// not known stays without a name.
/// </summary>
internal static class RestoredName
{
    /// <summary>The destination, with the image's name where it gets one.</summary>
    public static ImageReference Of(AskedImage asked, Image baseline)
    {
        var destination = asked.Destination!;
        if (destination is not { Traits.Naming: ImageNaming.DockerName, Name: null }
            || asked.Entry.Target.Tag is not { } tag)
            return destination;
        var repository = ImageTitle.Of(baseline.Source).Repository ?? RepositoryOf(asked.Entry.Baseline.SourceHint);
        // The archive is input: what is no name is not made one.
        return repository is not null && ImageName.Normalize($"{repository}:{tag}") is { } name
            ? destination.WithName(name)
            : destination;
    }

    /// <summary>The hint is the base name of a file, or a registry's reference, which has a host and a slash.</summary>
    private static string? RepositoryOf(string hint) =>
        hint.Contains('/', StringComparison.Ordinal) ? ImageName.TryParse(hint)?.Name : null;
}
