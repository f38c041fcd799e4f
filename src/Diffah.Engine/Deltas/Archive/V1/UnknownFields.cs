using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Archive.V1;

/// <summary>
/// Tells of the fields of a sidecar that this version does not know; of the first ones only, since there may be any
/// number.
/// </summary>
/// <param name="events">Whom to tell.</param>
internal sealed class UnknownFields(EventSink events)
{
    private const int MaximumTold = 20;
    private const int MaximumName = 80;

    private int _count;

    public void Tell(string name, string what)
    {
        if (++_count <= MaximumTold)
            events.Debug($"The sidecar's field '{ShortText.Cut(name, MaximumName)}' of {what} is not known to this "
                + "version and is passed over.");
        else if (_count == MaximumTold + 1)
            events.Debug("The sidecar has more fields that are not known to this version; they are passed over, too.");
    }
}
