using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

public sealed class ExecutableMatcherTests
{
    [Theory]
    [InlineData("shared")]
    [InlineData("fixed")]
    [InlineData("arm")]
    public void A_new_file_is_predicted_better_than_by_copying(string kind)
    {
        var pair = new ExecutablePair(kind);
        var target = pair.Target();
        var ops = ExecutableMatcher.Match(
            pair.Old.Bytes, pair.New.Bytes, pair.Layout, MatchSettings.Binary, CancellationToken.None);
        var predicted = ExecutablePair.Predict(pair.Layout, pair.Old.Bytes, target, ops, length => length);
        var (copied, projected) = (0, 0);
        var position = 0;
        foreach (var op in ops)
        {
            for (var index = 0; index < op.Add; index++)
            {
                copied += pair.Old.Bytes[op.Old + index] != pair.New.Bytes[position + index] ? 1 : 0;
                projected += predicted[position + index] != target[position + index] ? 1 : 0;
            }
            position += op.Add + op.Insert;
        }
        Assert.Equal(pair.New.Bytes.Length, position);
        Assert.True(3 * projected < 2 * copied, $"{copied} bytes differ by copying, {projected} by projection");
    }
}
