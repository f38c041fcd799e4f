using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Files;

namespace Diffah.Engine.Deltas.Codecs.Content;

/// <summary>Predicts an executable with its addresses as they will be.</summary>
/// <param name="projector">What tells them.</param>
internal sealed class ExecutablePrediction(FieldProjector projector) : IPrediction
{
    public void Predict(
        ReadOnlySpan<byte> old, int oldPosition, int newPosition, Span<byte> predicted, Span<byte> fields) =>
        projector.Predict(old, newPosition, oldPosition, predicted, fields);

    public void TellKinds(int oldPosition, Span<byte> kinds) => projector.TellKinds(oldPosition, kinds);

    public void Learn(int newPosition, ReadOnlySpan<byte> actual) => projector.Learn(newPosition, actual);
}
