using Diffah.Engine.Compression.Mixing;

namespace Diffah.Tests.Compression.Mixing;

/// <summary>The tables are the logistic function; what they are is part of the format.</summary>
public sealed class LogitTests
{
    private const double Unit = 1 << BitCoder.ProbabilityBits;

    [Fact]
    public void Its_knots_are_the_logistic_function_rounded()
    {
        for (var half = -23; half < 24; half++)
        {
            var right = Math.Round(Unit / (1 + Math.Exp(-half / 2.0)));
            Assert.Equal(Math.Clamp(right, 1, Unit - 1), Logit.ToProbability(half * Logit.One / 2));
        }
    }

    [Fact]
    public void Between_its_knots_it_is_near_to_the_function_and_goes_up()
    {
        var before = 0;
        for (var logit = -Logit.Most; logit <= Logit.Most; logit++)
        {
            var probability = Logit.ToProbability(logit);
            Assert.InRange(probability, Math.Max(before, 1), ushort.MaxValue);
            // The chord of half a unit: its greatest distance is step^2 / 8 times the greatest second derivative.
            var right = Unit / (1 + Math.Exp(-logit / (double)Logit.One));
            Assert.InRange(probability, right - 202, right + 202);
            before = probability;
        }
    }

    [Fact]
    public void A_probability_and_its_opposite_have_opposite_logits()
    {
        for (var logit = 0; logit <= Logit.Most; logit++)
            Assert.InRange(Logit.ToProbability(logit) + Logit.ToProbability(-logit), Unit - 1, Unit + 1);
    }

    [Fact]
    public void The_logit_of_a_probability_gives_it_back()
    {
        var before = -Logit.Most;
        for (var input = 0u; input < 1 << Logit.InputBits; input++)
        {
            var logit = Logit.Of(input);
            Assert.InRange(logit, before, Logit.Most);
            before = logit;
            // The least one that is not below the middle of the step.
            var middle = (input << 4) + 8;
            Assert.True(logit == Logit.Most || Logit.ToProbability(logit) >= middle);
            Assert.True(logit == -Logit.Most || Logit.ToProbability(logit - 1) < middle);
            var right = Math.Log(middle / (Unit - middle)) * Logit.One;
            if (Math.Abs(right) < 6 * Logit.One)
                Assert.InRange(logit, right - 10, right + 10);
        }
    }
}
