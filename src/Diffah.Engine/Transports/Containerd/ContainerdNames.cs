using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Libraries.Containerd;

namespace Diffah.Engine.Transports.Containerd;

/// <summary>
/// Finds images by what people write. containerd itself knows only names in full; short ones are completed as nerdctl
/// completes them.
/// </summary>
/// <param name="store">Where the images are.</param>
internal sealed class ContainerdNames(ContainerdStore store)
{
    private const int MaximumNamespaces = 50;

    /// <summary>Finds an image.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="DiffahException">ImageNotFound, and what the store throws.</exception>
    public async Task<ContainerdImage> FindAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var found = await FindNamedAsync(reference, store.Scope, cancellationToken)
            ?? await FindByDigestAsync(reference, cancellationToken);
        return found ?? throw await NotFoundAsync(reference, cancellationToken);
    }

    /// <summary>The name that an image is put under; null where the reference has none.</summary>
    /// <param name="reference">The reference.</param>
    public static string? PlaceOf(ImageReference reference) => NameOf(reference) switch
    {
        null => null,
        { Tag: not null } name => (name with { Digest = null }).ToString(),
        var name => name.ToString(),
    };

    /// <summary>The digest that a reference asks for; null where it leaves that open.</summary>
    public static Digest? DigestOf(ImageReference reference) =>
        Digest.TryParse(reference.Location, out var digest) ? digest : NameOf(reference)?.Digest;

    /// <summary>The name in a reference; null where it is a digest, which by its looks could be a name too.</summary>
    private static ImageName? NameOf(ImageReference reference) =>
        Digest.TryParse(reference.Location, out _) ? null : reference.FullName;

    private async Task<ContainerdImage?> FindNamedAsync(
        ImageReference reference, ContainerdScope scope, CancellationToken cancellationToken)
    {
        var full = NameOf(reference);
        // What is written may be a name that others gave it: in full, or the id that Kubernetes names images by.
        foreach (var name in new[] { full?.ToString(), reference.Location }.OfType<string>().Distinct())
        {
            var image = await store.RunAsync(
                reference.ToString(), c => c.FindImageAsync(name, scope, cancellationToken));
            if (image is not null && (full?.Digest ?? Parse(image)) == Parse(image))
                return image;
        }
        return null;
    }

    private async Task<ContainerdImage?> FindByDigestAsync(
        ImageReference reference, CancellationToken cancellationToken)
    {
        if (DigestOf(reference) is not { } digest)
            return null;
        var full = NameOf(reference);
        var images = await ListAsync(cancellationToken);
        var named = images.Where(i => i.Digest == digest.ToString())
            .Select(i => (Image: i, Name: ImageName.TryParse(i.Name)))
            .Where(i => full is null || i.Name?.Name == full.Name);
        return named.OrderBy(i => i.Name?.Tag != full?.Tag).Select(i => i.Image).FirstOrDefault();
    }

    private Task<IReadOnlyList<ContainerdImage>> ListAsync(CancellationToken cancellationToken) =>
        store.RunAsync("the list of images", c => c.ListImagesAsync(store.Scope, cancellationToken));

    private async Task<DiffahException> NotFoundAsync(ImageReference reference, CancellationToken cancellationToken)
    {
        var wanted = NameOf(reference)?.ToString() ?? reference.Location;
        var namespaces = await store.RunAsync("the list of namespaces", c => c.ListNamespacesAsync(cancellationToken));
        var what = namespaces.Contains(store.Namespace)
            ? $"{store} has no image '{wanted}' in the namespace '{store.Namespace}'."
            : $"{store} has no namespace '{store.Namespace}', and so no image '{wanted}' there.";
        return new DiffahException(
            DiffahErrors.ImageNotFound, what, await AdviceAsync(reference, wanted, namespaces, cancellationToken));
    }

    private async Task<string> AdviceAsync(
        ImageReference reference, string wanted, IReadOnlyList<string> namespaces, CancellationToken cancellationToken)
    {
        foreach (var other in namespaces.Where(n => n != store.Namespace).Take(MaximumNamespaces))
        {
            if (await FindNamedAsync(reference, new ContainerdScope(other), cancellationToken) is not null)
                return $"It is in the namespace '{other}': set CONTAINERD_NAMESPACE={other}.";
        }
        var names = (await ListAsync(cancellationToken)).Select(i => i.Name).ToArray();
        if (EditDistance.Nearest(wanted, names.Where(n => n.Length <= 200).Take(1000)) is { } near)
            return $"Did you mean {reference.Traits.Prefix}{near}?";
        return names.Length > 0
            ? $"Name one of the images that are there, for example {reference.Traits.Prefix}{names[0]}."
            : $"No image is there. Namespaces are: {string.Join(", ", namespaces.Take(MaximumNamespaces))}; "
                + "CONTAINERD_NAMESPACE says which one is meant.";
    }

    private static Digest? Parse(ContainerdImage image) =>
        Digest.TryParse(image.Digest, out var digest) ? digest : null;
}
