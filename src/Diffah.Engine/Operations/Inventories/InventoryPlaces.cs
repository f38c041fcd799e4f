using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;

namespace Diffah.Engine.Operations.Inventories;

/// <summary>Finds the images of a place that an inventory lists.</summary>
/// <param name="transports">Where images are.</param>
/// <param name="events">Told of names that can't be used.</param>
internal sealed class InventoryPlaces(ITransportCatalog transports, EventSink events)
{
    /// <summary>The images of a place, by reference.</summary>
    /// <param name="place">The place.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <exception cref="DiffahException">What listing throws.</exception>
    public async Task<ImmutableArray<ImageReference>> FindAsync(
        InventoryPlace place, CancellationToken cancellationToken)
    {
        if (!place.IsAll)
            return [place.Reference];
        var transport = transports.Get(place.Reference);
        var names = transport is ITagLister tags
            ? await tags.ListTagsAsync(place.Reference, events, cancellationToken)
            : await new ListImages(transports).RunAsync(place.Reference, cancellationToken);
        var found = ImmutableArray.CreateBuilder<ImageReference>();
        foreach (var name in names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (ImageReference.TryParse(place.At(name), out var reference))
                found.Add(reference);
            else
                events.Warn($"'{Printable.Line(name)}' of {place} is no name that a reference can have: left out.");
        }
        return found.ToImmutable();
    }
}
